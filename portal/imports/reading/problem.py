"""Why a whole file cannot be read, as one sentence for the person who uploaded it. No Django: the child imports it."""


class SheetProblem(Exception):
    """The file as a whole is unusable; `code` for programs, `message` in Chinese for people."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


ACCEPTED = "请上传 .xlsx 工作簿，或 UTF-8、GB18030 编码的 .csv 文件。"
BROKEN = "文件不完整或已损坏，请在 Excel 中打开并重新保存后再上传。"
