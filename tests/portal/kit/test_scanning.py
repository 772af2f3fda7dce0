"""What files hide: names, second files, scripts, viruses; and a scanner that is away lets nothing pass unseen."""

import io
import socket
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.kit.attachments import check
from portal.kit.masking import mask_text
from portal.kit.problems import Invalid

PDF = b"%PDF-1.7\n" + b"0" * 64
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def archive(entries=(("run.exe", b"MZ"),)) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in entries:
            zipped.writestr(name, content)
    return file.getvalue()


WORD = ("word/document.xml", b"<w/>")


@pytest.mark.parametrize(
    "name, content",
    [
        ("发票.pdf.exe", PDF),
        ("发票.exe.pdf", PDF),
        ("发票\u202efdp.exe", PDF),  # shown as 发票exe.pdf
        ("发票.pdf\u200b.exe", PDF),
        ("发票.exe\x00.pdf", PDF),
        ("发票.exe", PDF),
        ("发票", PDF),
        ("图.png", PNG + archive()),
        ("合同.pdf", PDF + archive()),
        ("合同.pdf", PDF + b"<< /S /JavaScript /JS (app.alert(1)) >>"),
        ("合同.pdf", PDF + b"<< /S /J#61vaScript >>"),
        ("合同.pdf", PDF + b"<< /S /Launch /F (cmd.exe) >>"),
        ("合同.pdf", b"<html><script>alert(1)</script>" + PDF),
        ("合同.zip", archive()),
        ("合同.docx", archive([WORD, ("word/media/run.exe", b"MZ")])),
    ],
)
def test_what_feigns_or_hides_is_refused(name, content) -> None:
    with pytest.raises(Invalid):
        check(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    "name, kept",
    [
        ("www.example.com.pdf", "www.example.com.pdf"),
        ("报价 v1.2（终）.PDF", "报价 v1.2(终).pdf"),
        ("../../x.pdf", "x.pdf"),
    ],
)
def test_plain_papers_pass(name, kept) -> None:
    assert check(SimpleUploadedFile(name, PDF + b"/JavaScripts"))[0] == kept


def test_a_document_that_unpacks_to_too_much_is_refused(monkeypatch) -> None:
    upload = SimpleUploadedFile("合同.docx", archive([WORD, ("word/media/a.bin", b"0" * 10_000)]))
    assert check(upload)[0] == "合同.docx"
    monkeypatch.setattr("portal.kit.attachments.MAX_UNPACKED", 9_000)
    with pytest.raises(Invalid):
        check(upload)


def test_a_scanner_is_asked_where_there_is_one(settings) -> None:
    settings.CLAMD = "127.0.0.1:1"
    with pytest.raises(Invalid, match="稍后"):
        check(SimpleUploadedFile("合同.pdf", PDF))
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD = f"127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=clamd, args=(server,), daemon=True).start()
        with pytest.raises(Invalid, match="Eicar-Test"):
            check(SimpleUploadedFile("合同.pdf", PDF + EICAR))
        assert check(SimpleUploadedFile("合同.pdf", PDF))[0] == "合同.pdf"


def clamd(server: socket.socket) -> None:
    """Answers two questions as clamd does."""
    for _question in range(2):
        line, _address = server.accept()
        with line:
            heard = b""
            while not heard.endswith(b"\0\0\0\0"):
                heard += line.recv(65536)
            line.sendall(b"stream: Eicar-Test FOUND\0" if EICAR in heard else b"stream: OK\0")


@pytest.mark.parametrize(
    "text, masked",
    [
        ("张三丰 13812348000，座机 021-57812345", "张** 138****8000，座机 021****2345"),
        ("310227199001011234 和 6222 0212 3456 7890", "310*************** 和 6222****"),
        ("zhang.san@example.cn", "z***@example.cn"),
        (
            "GD20261121-000001，91310117MA1J12345X，12345678.90 元",
            "GD20261121-000001，91310117MA1J12345X，12345678.90 元",
        ),
    ],
)
def test_free_text_loses_persons_and_keeps_numbers(text, masked) -> None:
    assert mask_text(text, ["张三丰"]) == masked
    assert mask_text(masked, ["张三丰"]) == masked
