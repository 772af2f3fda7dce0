"""Whom a note calls by name: “@张三 请核实”. Pure."""

from collections.abc import Mapping


def mentioned(text: str, names: Mapping[int, str]) -> list[int]:
    """The keys of those whose name stands behind an @ in the text, in the order of the names.

    The longest name counts: “@张三丰” does not call 张三. People of the same name are all called.
    """
    text, found = text.replace("＠", "@"), set()
    for name in sorted({name for name in names.values() if name}, key=len, reverse=True):
        if f"@{name}" in text:
            found.add(name)
            text = text.replace(f"@{name}", "")
    return [key for key, name in names.items() if name in found]
