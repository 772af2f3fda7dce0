"""Uploaded files, honest and hostile: rows of plain values, or one sentence, and the parent lives on."""

import datetime
import io
import multiprocessing
import os
import time
import zipfile

import openpyxl
import psutil
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from portal.imports.reading import Limits, SheetProblem, inspect, open_sheet

from . import hostile


def read(path, **options):
    """(headers, [(row number, cells)]) of the whole file."""
    with open_sheet(path, **options) as sheet:
        rows = [(first + offset, row) for first, batch in sheet.batches() for offset, row in enumerate(batch)]
        return sheet.headers, rows


def refusal(path, **options):
    with pytest.raises(SheetProblem) as caught:
        read(path, **options)
    assert caught.value.message.endswith("。")
    return caught.value.code


def table(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# -- Honest workbooks ----------------------------------------------------------------------------------------------
def test_values_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["名称", "数", "日期", "是", "空", "时间"])
    page.append(["上海", 12, datetime.date(2026, 1, 5), True, None, datetime.datetime(2026, 1, 5, 10, 30)])
    page.append(["北京", 1.5, None, False, None, datetime.time(3, 4)])
    book.save(tmp_path / "a.xlsx")
    headers, rows = read(tmp_path / "a.xlsx")
    assert headers == ["名称", "数", "日期", "是", "空", "时间"]
    assert rows[0] == (2, ["上海", 12.0, {"d": "2026-01-05"}, True, "", {"d": "2026-01-05"}])
    assert rows[1][1][:2] == ["北京", 1.5]


def test_dates_counted_from_1904(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["日期"])
    book.active.append([datetime.date(2026, 1, 5)])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx")[1] == [(2, [{"d": "2026-01-05"}])]


def test_blank_rows_keep_the_numbers_of_excel(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet()
    page.write(0, 0, "名称")
    page.write(4, 0, "第五行")
    book.close()
    assert [row for row in read(tmp_path / "a.xlsx")[1] if any(row[1])] == [(5, ["第五行"])]


def test_columns_left_of_the_first_value_stay_in_place(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet()
    page.write(0, 2, "名称")
    page.write(1, 2, "值")
    book.close()
    assert read(tmp_path / "a.xlsx") == ([None, None, "名称"], [(2, [None, None, "值"])])


def test_the_first_visible_sheet_or_the_expected_one(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["隐藏"])
    book.active.sheet_state = "hidden"
    for name in ("说明", "企业信息"):
        book.create_sheet(name).append([name])
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx")[0] == ["说明"]
    assert read(tmp_path / "a.xlsx", preferred="企业信息")[0] == ["企业信息"]
    assert read(tmp_path / "a.xlsx", preferred="隐藏")[0] == ["说明"]


def test_formulas_and_errors_are_marked_wherever_they_stand(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["甲", "乙"])
    page.append(["=1+1", "文字"])
    page.append(['文字 <f> t="e"', '=cmd|"/c calc"!A1'])
    page["A4"], page["B4"] = "#REF!", "x"
    page["A4"].data_type = "e"
    page["B9"] = "=SUM(B2:B3)"
    book.save(tmp_path / "a.xlsx")
    cells = dict(read(tmp_path / "a.xlsx")[1])
    assert cells[2] == [{"f": 1}, "文字"]
    assert cells[3] == ['文字 <f> t="e"', {"f": 1}]
    assert cells[4] == [{"e": 1}, "x"]
    assert cells[9][1] == {"f": 1}


def test_formulas_of_other_writers_are_found(tmp_path):
    sheet = (
        "<?xml version='1.0'?><!-- made elsewhere --><x:worksheet "
        "xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><x:sheetData><x:row r='1'>"
        "<x:c r='A1' t='str'><x:v>表头</x:v></x:c></x:row><x:row r='2'><x:c r='A2'><x:f>1+1</x:f><x:v>2</x:v></x:c>"
        "<x:c r='B2' t='e'><x:v>#N/A</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    path = hostile.workbook(tmp_path / "a.xlsx", sheet=sheet)
    assert read(path)[1] == [(2, [{"f": 1}, {"e": 1}])]


def test_styled_empty_cells_down_to_the_end_do_no_harm(tmp_path):
    styled = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in (2, 500_000, 1_048_576))
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.rows(styled))
    assert read(path)[0] == ["表头"]


# -- Hostile workbooks ---------------------------------------------------------------------------------------------
def test_a_cell_in_the_last_corner_ends_in_a_sentence(tmp_path):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.rows(far))
    assert refusal(path) in {"too_large", "rows"}


def test_one_value_in_the_last_row_is_too_many_rows(tmp_path):
    path = hostile.workbook(
        tmp_path / "a.xlsx", hostile.rows('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    )
    assert refusal(path) == "rows"


def test_too_many_columns(tmp_path):
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.rows('<row r="2"><c r="ZZ2"><v>1</v></c></row>'))
    assert refusal(path) == "columns"


def test_an_absurd_dimension(tmp_path):
    body = '<dimension ref="A1:XFD99999999"/>' + hostile.rows()
    assert refusal(hostile.workbook(tmp_path / "a.xlsx", body)) == "dimension"


def test_a_lying_dimension_drops_no_rows(tmp_path):
    row = '<row r="2"><c r="A2"><v>7</v></c></row>'
    path = hostile.workbook(tmp_path / "a.xlsx", '<dimension ref="A1:A1"/>' + hostile.rows(row))
    assert read(path)[1] == [(2, [7.0])]


def test_a_huge_merge_is_read_at_once(tmp_path):
    body = hostile.rows() + '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert read(hostile.workbook(tmp_path / "a.xlsx", body)) == (["表头"], [])


def test_a_zip_bomb(tmp_path):
    blanks = hostile.SHEET.format(body=hostile.rows() + " " * 64 * 1024 * 1024)
    assert refusal(hostile.workbook(tmp_path / "a.xlsx", sheet=blanks)) == "bomb"


def test_a_bomb_whose_directory_lies_about_its_size(tmp_path):
    path = hostile.workbook(
        tmp_path / "a.xlsx", sheet=hostile.SHEET.format(body=hostile.rows() + " " * 10**7)
    )
    with zipfile.ZipFile(path) as archive:
        honest = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(honest, (500).to_bytes(4, "little")))
    assert refusal(path) == "broken"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_document_types_are_refused(tmp_path, part):
    trap = (
        '<?xml version="1.0"?><!-- '
        + "x" * 9000
        + ' --><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>'
    )
    assert refusal(hostile.workbook(tmp_path / "a.xlsx", extra={part: trap})) == "entity"


def test_other_encodings_hide_nothing(tmp_path):
    trap = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY e "x">]><r/>'.encode("utf-16")
    assert refusal(hostile.workbook(tmp_path / "a.xlsx", extra={"xl/styles.xml": trap})) == "broken"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\..\\..\\evil.xml", "C:/evil.xml"])
def test_names_that_climb_out(tmp_path, name):
    assert refusal(hostile.workbook(tmp_path / "a.xlsx", hostile.rows(), extra={name: "<a/>"})) == "broken"


def test_two_entries_of_one_name(tmp_path):
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.rows())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", "<worksheet/>")
    assert refusal(path) == "broken"


def test_a_truncated_workbook(tmp_path):
    whole = hostile.workbook(tmp_path / "whole.xlsx", hostile.rows()).read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 10):
        assert refusal(table(tmp_path, whole[:size], "cut.xlsx")) == "broken"


def test_a_workbook_without_its_sheet(tmp_path):
    assert refusal(hostile.workbook(tmp_path / "a.xlsx", sheet="<nothing/>")) == "broken"


def test_the_memory_limit_ends_in_a_sentence(tmp_path):
    path = hostile.workbook(
        tmp_path / "a.xlsx", hostile.rows('<row r="190000"><c r="Z190000"><v>1</v></c></row>')
    )
    assert refusal(path, limits=Limits(memory=100 * 1024 * 1024)) == "too_large"
    assert len(read(path)[1]) == 189_999


def test_the_row_limit_ends_in_a_sentence(tmp_path):
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.rows('<row r="102"><c r="A102"><v>1</v></c></row>'))
    assert refusal(path, limits=Limits(rows=100)) == "rows"
    assert len(read(path, limits=Limits(rows=101))[1]) == 101


# -- Other files ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "format"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "format"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "format"),
        (b"Rar!\x1a\x07\x00", "format"),
        (b"MZ\x90\x00\x03", "format"),
        (b"PK\x05\x06" + b"\x00" * 18, "format"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "format"),
        ("\ufeff<?xml version='1.0'?><Workbook/>".encode(), "format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_format"),
        ("名称,数\n上海,1\n".encode("utf-16"), "encoding"),
        (b"name\x00,x\n", "format"),
        (b"name,x\n\xff\xff\xff\n", "encoding"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, content, code):
    assert refusal(table(tmp_path, content, "企业.xlsx")) == code


def test_locked_workbooks_are_told_from_old_ones(tmp_path):
    assert refusal(hostile.locked_workbook(tmp_path / "a.xlsx")) == "encrypted"


@pytest.mark.parametrize(
    "parts, code",
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}, "format"),
        ({"word/document.xml": "<a/>", "[Content_Types].xml": "<a/>"}, "format"),
        ({"readme.txt": "hello"}, "format"),
        ({"xl/workbook.bin": "x", "[Content_Types].xml": "<a/>"}, "old_format"),
    ],
)
def test_other_archives_are_named(tmp_path, parts, code):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert refusal(table(tmp_path, buffer.getvalue(), "a.xlsx")) == code


def test_macros_are_refused(tmp_path):
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.rows(), extra={"xl/vbaProject.bin": b"x"})
    assert refusal(path) == "macro"


def test_too_big_a_file(tmp_path):
    with pytest.raises(SheetProblem, match="MB"):
        inspect(table(tmp_path, b"a,b\n" * 600_000), max_bytes=1024 * 1024)


# -- Text tables ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("text", ["名称,数\n上海,1\n", "名,数\r\n沪,1\r\n", "名称,数\r上海𠮷,1\r"])
def test_encodings_are_never_guessed(tmp_path, encoding, text):
    headers, rows = read(table(tmp_path, text.encode(encoding)))
    assert headers[0][0] == "名"
    assert rows[0][1][1] == "1"


@pytest.mark.parametrize(
    "text",
    ["名称;数\n甲,乙;1\n", "名称\t数\n甲,乙\t1\n", "sep=;\n名称;数\n甲,乙;1\n", '名称,数\n"甲,乙",1\n'],
)
def test_delimiters_by_the_header(tmp_path, text):
    assert read(table(tmp_path, text)) == (["名称", "数"], [(2, ["甲,乙", "1"])])


def test_line_breaks_inside_cells_and_blank_lines(tmp_path):
    rows = read(table(tmp_path, '名称,数\n"上\n海",1\n\n甲,2\n'))[1]
    assert rows == [(2, ["上\n海", "1"]), (3, []), (4, ["甲", "2"])]


def test_the_mark_of_our_own_exports_is_taken_off(tmp_path):
    rows = read(table(tmp_path, "名称\n'=1+1\n'＋1\n'hello\n=cmd|x\n"))[1]
    assert [row[0] for _, row in rows] == ["=1+1", "＋1", "'hello", "=cmd|x"]


@pytest.mark.parametrize("text", ['名称\n"没有结束\n甲\n乙\n', "名称\n" + "x" * 200_000 + "\n"])
def test_open_quotes_and_endless_cells(tmp_path, text):
    assert refusal(table(tmp_path, text)) == "csv"


@pytest.mark.parametrize(
    "text, code", [("\n名称\n", "headers"), (",,\n甲,乙,丙\n", "headers"), ("a," * 300 + "a\n", "columns")]
)
def test_headers_stand_in_the_first_row(tmp_path, text, code):
    assert refusal(table(tmp_path, text)) == code


def test_too_many_rows_of_text(tmp_path):
    assert refusal(table(tmp_path, "a\n" + "1\n" * 50), limits=Limits(rows=49)) == "rows"
    assert len(read(table(tmp_path, "a\n" + "1\n" * 50), limits=Limits(rows=50))[1]) == 50


# -- The child -----------------------------------------------------------------------------------------------------
def children():
    return [child for child in psutil.Process().children() if "reading.child" in " ".join(child.cmdline())]


def test_batches_have_the_size_asked_for(tmp_path):
    path = table(tmp_path, "名称\n" + "甲\n" * 5_200)
    with open_sheet(path) as sheet:
        assert [(first, len(rows)) for first, rows in sheet.batches()] == [
            (2, 2000),
            (2002, 2000),
            (4002, 1200),
        ]
    with open_sheet(path) as sheet:
        assert [(first, len(rows)) for first, rows in sheet.batches(1_000)][-1] == (5002, 200)


def test_leaving_early_ends_the_child(tmp_path):
    path = table(tmp_path, "名称,数\n" + "上海,1\n" * 100_000)
    with open_sheet(path) as sheet:
        next(sheet.batches())
        assert children()
    assert not children()


def test_a_killed_child_is_a_sentence(tmp_path):
    path = table(tmp_path, "名称,数\n" + "上海,1\n" * 150_000)
    with open_sheet(path) as sheet:
        batches = sheet.batches()
        next(batches)
        children()[0].kill()
        with pytest.raises(SheetProblem, match="。"):
            for _ in batches:
                pass


def test_a_silent_child_is_a_sentence(tmp_path):
    path = table(tmp_path, "名称,数\n" + "上海,1\n" * 150_000)
    with open_sheet(path, limits=Limits(silence_seconds=1)) as sheet:
        children()[0].suspend()
        with pytest.raises(SheetProblem, match="。"):
            for _ in sheet.batches():
                pass
    assert not children()


def _read_in_a_daemon(path, answer):
    answer.put(len(read(path)[1]))


def test_a_daemonic_worker_may_read(tmp_path):
    """Celery's prefork workers are daemons: multiprocessing refuses them children."""
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    worker = context.Process(
        target=_read_in_a_daemon, args=(table(tmp_path, "名称\n甲\n乙\n"), answer), daemon=True
    )
    worker.start()
    assert answer.get(timeout=60) == 2
    worker.join(timeout=60)


def test_the_child_knows_no_secret_and_no_connection(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "never-told")
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    path = table(tmp_path, "名称,数\n" + "上海,1\n" * 100_000)
    with open_sheet(path):
        child = children()[0]
        assert "SECRET_KEY" not in child.environ()
        assert child.num_fds() <= 5
    os.close(reader)
    os.close(writer)


def test_the_child_starts_fast_and_without_django(tmp_path):
    path = table(tmp_path, "名称\n甲\n")
    fastest = 9.0
    for _ in range(5):
        begun = time.perf_counter()
        read(path)
        fastest = min(fastest, time.perf_counter() - begun)
    assert fastest < 1.5
    with open_sheet(table(tmp_path, "名称,数\n" + "上海,1\n" * 100_000)):
        assert not [m.path for m in children()[0].memory_maps() if "psycopg" in m.path]


@pytest.mark.slow
def test_the_parent_stays_small_while_a_big_sheet_streams(tmp_path):
    """The sheet's values come to more than 50 MB in memory: few cells, since each costs time, and long ones."""
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True})
    page = book.add_worksheet()
    for row in range(6_000):
        page.write_row(row, 0, [f"上海第{row}号企业" * 100] * 5)
    book.close()
    before = psutil.Process().memory_info().rss
    most = count = 0
    with open_sheet(tmp_path / "a.xlsx") as sheet:
        assert sheet.total == 5_999
        for _first, rows in sheet.batches(500):
            count += len(rows)
            most = max(most, psutil.Process().memory_info().rss - before)
    assert count == 5_999
    assert most < 35 * 1024 * 1024
