"""The bulletin's template, built by code so that it can be read and reviewed: GB/T 9704-2012 where it applies.

A4, margins 37/35/28/26 mm, 22 lines of 28 characters a page; the body in 三号仿宋, the title in 二号小标宋, headings in 三号黑体,
page numbers — n — in 四号宋体, outside. Machines without these fonts take the ones named beside them. Its marks are filled by
`docxtpl`; see `document.context` for what they mean.
"""

from functools import lru_cache
from io import BytesIO

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FANGSONG, TITLE_SONG, HEI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
INSTEAD = {FANGSONG: "仿宋", TITLE_SONG: "华文中宋", HEI: "SimHei", SONG: "SimSun"}
RED = RGBColor(0xE6, 0x00, 0x12)
SIZE_2, SIZE_3, SIZE_4, SIZE_5, SIZE_LITTLE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5), Pt(9)
LINE = Pt(28.95)  # 225 mm hold 22 lines
TEXT_WIDTH = Mm(156)
FIGURE_COLUMNS = (
    ("指标", "row.name", 40), ("单位", "row.unit", 12), ("本期", "row.value", 19), ("环比", "row.change", 18),
    ("上年同期", "row.last_year", 19), ("同比", "row.year_on_year", 18), ("本年累计", "row.year", 18),
    ("目标完成", "row.progress", 12),
)  # fmt: skip


@lru_cache(maxsize=8)
def build_template(town_columns: int, chain_columns: int) -> bytes:
    """The template with as many columns in the two tables of places, as bytes of a .docx."""
    document = Document()
    _page(document)
    _styles(document)
    _head(document)
    _body(document, town_columns, chain_columns)
    _name_fonts(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _page(document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    section.even_page_footer.is_linked_to_previous = False
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— n —, one character from the edge of the text (7.5)."""
    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = SIZE_4
    for text, field in (("— ", ""), ("", "begin"), ("", "PAGE"), ("", "end"), (" —", "")):
        run = paragraph.add_run(text)
        _font(run._r.get_or_add_rPr(), SONG)
        run.font.size = SIZE_4
        if field == "PAGE":
            mark = OxmlElement("w:instrText")
            mark.text = "PAGE"
            run._r.append(mark)
        elif field:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), field)
            run._r.append(mark)


def _styles(document) -> None:
    body = document.styles["Normal"]
    _style(body, FANGSONG, SIZE_3)
    form = body.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    _style(document.styles["Title"], TITLE_SONG, SIZE_2, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document.styles["Heading 1"], HEI, SIZE_3, indent=2)
    added = document.styles.add_style
    _style(added("正文段落", WD_STYLE_TYPE.PARAGRAPH), FANGSONG, SIZE_3, indent=2)
    _style(added("报头", WD_STYLE_TYPE.PARAGRAPH), TITLE_SONG, Pt(48), align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(added("期号", WD_STYLE_TYPE.PARAGRAPH), FANGSONG, SIZE_3, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(added("表题", WD_STYLE_TYPE.PARAGRAPH), HEI, SIZE_5, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(added("表文", WD_STYLE_TYPE.PARAGRAPH), SONG, SIZE_LITTLE_5)
    _style(added("图", WD_STYLE_TYPE.PARAGRAPH), SONG, SIZE_LITTLE_5, align=WD_ALIGN_PARAGRAPH.CENTER)
    document.styles["报头"].font.color.rgb = RED
    for name in ("报头", "表题", "表文", "图"):
        form = document.styles[name].paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.SINGLE, None
    document.styles["表题"].paragraph_format.space_before = Pt(8)
    document.styles["表题"].paragraph_format.keep_with_next = True


def _style(style: ParagraphStyle, font: str, size: Pt, *, align=None, indent: int = 0) -> None:
    """A style in one font; `indent`: characters of the first line."""
    style.font.size, style.font.bold, style.font.italic = size, False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _font(style.element.get_or_add_rPr(), font)
    form = style.paragraph_format
    form.alignment, form.space_before, form.space_after = align, Pt(0), Pt(0)
    for border in style.element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        border.getparent().remove(border)
    if indent:
        form.first_line_indent = Pt(size.pt * indent)


def _font(properties, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def _head(document) -> None:
    """The red head of a bulletin: name, number, who and when, a red line."""
    document.add_paragraph("工作简报", "报头")
    document.add_paragraph("{{ number }}", "期号")
    line = document.add_paragraph("{{ office }}", "Normal")
    line.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, alignment=2)  # right
    line.add_run("\t{{ issued_on }}")
    border = (
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="1" w:color="E60012"/></w:pBdr>'
    )
    line._p.get_or_add_pPr().insert_element_before(
        parse_xml(border), "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    document.add_paragraph("", "Normal")
    document.add_paragraph("{{ title }}", "Title")
    document.add_paragraph("", "Normal")


def _body(document, town_columns: int, chain_columns: int) -> None:
    document.add_paragraph("{{ lead }}", "正文段落")
    document.add_paragraph("{%p for part in parts %}")
    document.add_paragraph("{{ part.title }}", "Heading 1")
    document.add_paragraph("{%p for text in part.texts %}")
    document.add_paragraph("{{ text }}", "正文段落")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{{ part.caption }}", "表题")
    columns = [(title, f"{{{{ {mark} }}}}", width) for title, mark, width in FIGURE_COLUMNS]
    _table(document, columns, "part.rows")
    document.add_paragraph("{%p if part.chart %}")
    document.add_paragraph("{{ part.chart }}", "图")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{{ places_title }}", "Heading 1")
    for name, count in (("towns", town_columns), ("chains", chain_columns)):
        if count:
            document.add_paragraph(f"{{{{ {name}.caption }}}}", "表题")
            width = 116 / count
            cells = [
                (f"{{{{ {name}.titles[{place}] }}}}", f"{{{{ row.cells[{place}] }}}}", width)
                for place in range(count)
            ]
            _table(document, [(f"{{{{ {name}.title }}}}", "{{ row.name }}", 40), *cells], f"{name}.rows")
    document.add_paragraph("", "Normal")
    document.add_paragraph("{%p for text in notes %}")
    document.add_paragraph("{{ text }}", "正文段落")
    document.add_paragraph("{%p endfor %}")


def _table(document, columns: list[tuple[str, str, float]], rows: str) -> None:
    """A table with a head that repeats on every page; columns (title, mark, mm)."""
    table: Table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for place, (title, mark, width) in enumerate(columns):
        table.columns[place].width = Mm(width)
        for row in table.rows:
            row.cells[place].width = Mm(width)
        _write(table.cell(0, place), title, WD_ALIGN_PARAGRAPH.CENTER, HEI)
        side = WD_ALIGN_PARAGRAPH.LEFT if place == 0 else WD_ALIGN_PARAGRAPH.RIGHT
        _write(table.cell(2, place), mark, side)
    _write(table.cell(1, 0), f"{{%tr for row in {rows} %}}")
    _write(table.cell(3, 0), "{%tr endfor %}")
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:cantSplit"))
    head.append(OxmlElement("w:tblHeader"))


def _write(cell: _Cell, text: str, side: WD_ALIGN_PARAGRAPH | None = None, font: str = "") -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style, paragraph.alignment = "表文", side
    run = paragraph.add_run(text)
    if font:
        _font(run._r.get_or_add_rPr(), font)


def _name_fonts(document) -> None:
    """What a machine without the fonts of official documents takes instead (w:altName)."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in INSTEAD.items()
    )
    table = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
    )
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = table.encode()
