"""Published figures: declared by the features that own the rows, counted by the database, never incremented.

Declare (a feature's `metrics.py`, read when the portal starts; `registry.py` tells the four kinds):

    register(Flow(code="deal_amount", name=_("采购金额"), unit=_("元"), money=True, rows=_deals, date="signed_on",
                  town="town", chain="chains__chain", value=Sum("amount"), each="amount", touched_by=("deal",),
                  definition=_("签订日期在期内、双方均已确认的采购金额合计。")))
    show_rows(Deal, Column("number", _("编号"), "number"), …, page=("deal", "number"))

Mark (inside the writing action's transaction; a code, or what figures are `touched_by`):

    mark_dirty("deal", days=[old.signed_on, new.signed_on])      # single days; without days: every day
    promised_by("booking")(read)  # keys that rows written anyway promise, until who removes the row writes them

Read (dashboards, reports, boards):

    area = area_of(user, town="310117009", chain="C01")          # NotFound outside the scope; codes may be empty
    figures(codes, area=area, day=None, period="year")            # {code: Figure}; 3 statements for any number
        Figure: metric, value, previous, last_year, target, as_of, failed; text, change, year_on_year, progress
        period: day, month, quarter, year or all, up to `day`: flows are summed in it, stocks stand at its end
    series(codes, area=area, first=…, last=…, by="month")         # {code: Series}; 2 statements (3 by place or
        Series: metric, points [Point(key, label, value)],         # without `first`) for any number
                total, as_of, failed
        by: day, month, quarter, year, town or chain (a place's key is its code)
    rows_behind(metric, user, area=area, first=…, last=…)         # rows whose sum is the figure
    shown(metric, value)                                          # as people read it

A value is None when it is not known: a rate without a whole, a snapshot before its first count. Every figure has its
page `reverse("metric", args=[code])` with definition, series and rows (`?town=&chain=&from=&to=`).

Count: `drain` every few seconds, `recount_all` every night, `manage.py rollup` by hand (docs/decisions/0015).
"""
