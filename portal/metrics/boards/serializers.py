"""What goes in and comes out of `boards`."""

from rest_framework import serializers

from portal.kit.api import StrictSerializer

from .models import PioneerBoard
from .rules import MOST_PLACES, MOST_POSITION

RANK_BY = PioneerBoard.RankBy.values


class BoardInput(StrictSerializer):
    """`metric`: a figure's code. `district`: only for who sets boards up for several."""

    name = serializers.CharField(max_length=40)
    metric = serializers.CharField(max_length=60)
    rank_by = serializers.ChoiceField(choices=RANK_BY)
    lowest_first = serializers.BooleanField(required=False)
    places = serializers.IntegerField(min_value=1, max_value=MOST_PLACES, required=False)
    position = serializers.IntegerField(min_value=0, max_value=MOST_POSITION, required=False)
    district = serializers.CharField(max_length=6, required=False)


class BoardChange(StrictSerializer):
    """Only what is to change, and the `version` that was read."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=40, required=False)
    metric = serializers.CharField(max_length=60, required=False)
    rank_by = serializers.ChoiceField(choices=RANK_BY, required=False)
    lowest_first = serializers.BooleanField(required=False)
    places = serializers.IntegerField(min_value=1, max_value=MOST_PLACES, required=False)
    position = serializers.IntegerField(min_value=0, max_value=MOST_POSITION, required=False)
    closed_on = serializers.DateField(allow_null=True, required=False)


class BoardRow(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    district = serializers.CharField()
    metric = serializers.CharField()
    metric_name = serializers.CharField()
    rank_by = serializers.ChoiceField(choices=RANK_BY)
    rank_by_label = serializers.CharField()
    lowest_first = serializers.BooleanField()
    places = serializers.IntegerField()
    position = serializers.IntegerField()
    closed_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class StandingRow(serializers.Serializer):
    """Equal values share a place. `key`: the code of the town or chain."""

    place = serializers.IntegerField()
    previous_place = serializers.IntegerField(allow_null=True)
    key = serializers.CharField()
    name = serializers.CharField()
    value = serializers.JSONField()
    previous_value = serializers.JSONField(allow_null=True)


class BoardStandings(BoardRow):
    month = serializers.CharField()
    covers_until = serializers.DateField()
    as_of = serializers.DateTimeField(allow_null=True)
    failed = serializers.BooleanField(help_text="Counting fails; the values are those of `as_of`.")
    standings = StandingRow(many=True)


class BoardPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False)
    results = BoardRow(many=True)
