"""The bulletin as .docx, from its frozen figures alone."""

from io import BytesIO
from typing import Any

from django.utils import timezone
from docxtpl import DocxTemplate
from markupsafe import Markup

from . import wording
from .charts import Bars, place_chart
from .heading import office_of, title_of
from .models import Report
from .outline import PARTS, Part
from .rules import term_of
from .template import build_template

NUMERALS = "一二三四五六七八九十"
PLACES = {"town": "街镇", "chain": "产业链"}


def make_document(report: Report) -> bytes:
    """The issued bulletin as a Word file."""
    columns = (len(_places(report.content, by)["titles"]) for by in ("town", "chain"))
    template = DocxTemplate(BytesIO(build_template(*columns)))
    template.init_docx()
    properties = template.docx.core_properties
    properties.title, properties.author = f"{report.number} {title_of(report)}", office_of(report)
    properties.created = properties.modified = report.issued_at.replace(tzinfo=None)
    properties.last_modified_by = properties.comments = ""
    template.render(context(report, template), autoescape=True)
    file = BytesIO()
    template.save(file)
    return file.getvalue()


def context(report: Report, template: DocxTemplate) -> dict[str, Any]:
    """What the template's marks mean."""
    content, term = report.content, term_of(report.period)
    parts = []
    for part in PARTS:
        if told := _part(report, part, template, len(parts)):
            parts.append(told)
    day, issued = report.covers_until, timezone.localdate(report.issued_at)
    return {
        "number": report.number.removeprefix("简报"),
        "office": office_of(report),
        "issued_on": _day(issued),
        "title": title_of(report),
        "lead": (
            f"{_day(term.first)}至{_day(day)}，全区以产业链为纽带推进“三链融合”，组织嵌链、服务强链、协同聚链情况通报如下。"
        ),
        "parts": parts,
        "places_title": f"{NUMERALS[len(parts)]}、街镇和产业链情况",
        "towns": _places(content, "town"),
        "chains": _places(content, "chain"),
        "notes": _notes(content),
    }


def lines_of(content: dict[str, Any], codes: tuple[str, ...]) -> list[tuple[str, wording.Row]]:
    """The frozen figures with these codes, those that there are."""
    return [(code, content["figures"][code]) for code in codes if code in content["figures"]]


def _part(report: Report, part: Part, template: DocxTemplate, place: int) -> dict[str, Any] | None:
    content = report.content
    rows = [line for line in lines_of(content, (*part.told, *part.listed)) if line[1]["value"] is not None]
    if not rows:
        return None
    sentences = [wording.sentence(row, content["step"]) for _code, row in lines_of(content, part.told)]
    text = "；".join(one for one in sentences if one)
    return {
        "title": f"{NUMERALS[place]}、{part.title}",
        "texts": [f"{text}。"] if text else ["本期没有可以通报的数字。"],
        "caption": f"表{place + 1} {part.title}主要指标",
        "rows": [_line(row) for _code, row in rows],
        "chart": _chart(content, part, template, place + 1),
    }


def _line(row: wording.Row) -> dict[str, str]:
    return {
        "name": row["name"],
        "unit": wording.unit_of(row),
        "value": wording.cell(row, row["value"]),
        "change": wording.change(row, row["change"]),
        "last_year": wording.cell(row, row["last_year"]),
        "year_on_year": wording.change(row, row["year_on_year"]),
        "year": wording.since_new_year(row),
        "progress": wording.percent(row["progress"]),
    }


def _chart(content: dict[str, Any], part: Part, template: DocxTemplate, number: int) -> Markup | None:
    """The section's figure by month, when it has any value to draw."""
    row, values = content["figures"].get(part.drawn), content["months"]["values"].get(part.drawn, [])
    numbers = [wording.number_of(row, value) for value in values] if row else []
    if not any(numbers):
        return None
    bars = Bars(
        name=row["name"],
        title=f"图{number} {row['name']}（{wording.unit_of(row)}）",
        labels=[key[2:] for key in content["months"]["keys"]],
        values=[None if value is None else float(value) for value in numbers],
    )
    return place_chart(template, bars, number)


def _places(content: dict[str, Any], by: str) -> dict[str, Any]:
    """The table of the towns or chains, with the figures that are known."""
    found = content["places"][by]
    known = [
        place for place in range(len(found["codes"])) if any(line["values"][place] for line in found["rows"])
    ]
    rows = [(place, content["figures"][found["codes"][place]]) for place in known]
    return {
        "caption": f"各{PLACES[by]}主要指标",
        "title": PLACES[by],
        "titles": [f"{row['name']}（{wording.unit_of(row)}）" for _place, row in rows],
        "rows": [
            {
                "name": line["name"],
                "cells": [wording.cell(row, line["values"][place]) for place, row in rows],
            }
            for line in found["rows"]
        ],
    }


def _notes(content: dict[str, Any]) -> list[str]:
    notes = [
        "注：金额以万元计；“—”表示没有数据或无从比较，比率的增减为百分点，没有数据的指标不列。指标口径和分项数据见所附工作簿。"
    ]
    if content["as_of"]:
        moment = content["as_of"][:16].replace("T", " ")
        notes.append(f"数据截至{moment}，印发后如有更正，以后各期和系统内的数字随之更正，本期不再改动。")
    return notes


def _day(day) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
