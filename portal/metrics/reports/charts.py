"""Native Word charts: a chart part with its own small workbook, so that Word draws it and people can edit it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.shared import Mm
from docxtpl import DocxTemplate
from markupsafe import Markup

NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
FONT = '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
CHART = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<c:chartSpace {namespaces}><c:roundedCorners val="0"/><c:chart>
<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1050" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1050" b="0"/>
<a:t>{title}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>
<c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>
<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/>
<c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>
<c:spPr><a:solidFill><a:srgbClr val="B3261E"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>
<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache><c:ptCount val="{count}"/>{labels}</c:strCache></c:strRef></c:cat>
<c:val><c:numRef><c:f>Sheet1!$B$2:$B${last}</c:f><c:numCache><c:formatCode>#,##0.##</c:formatCode>
<c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val></c:ser>
<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>
<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>
<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>
<c:tickLblPos val="low"/>{small}<c:crossAx val="2"/></c:catAx>
<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>
<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>
<c:numFmt formatCode="#,##0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>
<c:tickLblPos val="nextTo"/>{small}<c:crossAx val="1"/></c:valAx></c:plotArea>
<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:externalData r:id="{workbook}"><c:autoUpdate val="0"/></c:externalData>
</c:chartSpace>"""
DRAWING = """</w:t></w:r><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:extent cx="{width}" cy="{height}"/>
<wp:docPr id="{number}" name="图 {number}" descr={text}/><wp:cNvGraphicFramePr/>
<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData
 uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="{chart}" {namespaces}/></a:graphicData></a:graphic>
</wp:inline></w:drawing></w:r><w:r><w:t xml:space="preserve">"""


@dataclass(frozen=True)
class Bars:
    """One row of columns over labels; a value None leaves a gap. `title` also tells the unit."""

    name: str
    title: str
    labels: Sequence[str]
    values: Sequence[float | None]


def place_chart(template: DocxTemplate, bars: Bars, number: int) -> Markup:
    """Puts the chart into the document's package. Returns what draws it where a mark stands."""
    document = template.docx.part
    package = document.package
    book = Part(
        PackURI(f"/word/embeddings/chart{number}.xlsx"), CONTENT_TYPE.SML_SHEET, _workbook(bars), package
    )
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART_TYPE, b"", package)
    chart._blob = _xml(bars, chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)).encode()
    drawing = DRAWING.format(
        width=Mm(150),
        height=Mm(62),
        number=number,
        text=quoteattr(_in_words(bars)),
        chart=document.relate_to(chart, RELATIONSHIP_TYPE.CHART),
        namespaces=NAMESPACES,
    )
    return Markup(drawing.replace("\n", ""))  # noqa: S704 - every text in it is quoted above


def _xml(bars: Bars, workbook: str) -> str:
    points = [
        f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>'
        for place, value in enumerate(bars.values)
        if value is not None
    ]
    labels = [
        f'<c:pt idx="{place}"><c:v>{escape(label)}</c:v></c:pt>' for place, label in enumerate(bars.labels)
    ]
    return CHART.format(
        namespaces=NAMESPACES,
        title=escape(bars.title),
        name=escape(bars.name),
        count=len(bars.labels),
        last=len(bars.labels) + 1,
        labels="".join(labels),
        values="".join(points),
        small=FONT.format(size=800),
        workbook=workbook,
    )


def _in_words(bars: Bars) -> str:
    """What the picture shows, for those who hear it read."""
    pairs = [
        f"{label} {value:g}"
        for label, value in zip(bars.labels, bars.values, strict=True)
        if value is not None
    ]
    return f"{bars.title}：{'，'.join(pairs)}"


def _workbook(bars: Bars) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ("", bars.name))
        for line, (label, value) in enumerate(zip(bars.labels, bars.values, strict=True), start=1):
            sheet.write_row(line, 0, (label, value))
    return file.getvalue()
