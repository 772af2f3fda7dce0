"""The English catalogue: found strings against `locale/en`, without needing gettext's own programs installed."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PACKAGES = ("portal", "chains", "enterprises", "services")
CJK = re.compile(r"[\u3400-\u9fff]")
MARKED = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->",
    re.DOTALL,
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def sources(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))
    yield from sorted((root / "templates").rglob("*.html"))
    yield from sorted((root / "templates").rglob("*.txt"))


def found(root: Path) -> Catalog:
    """Every marked string of the project with the files it stands in."""
    catalogue = Catalog(locale="en", charset="utf-8")
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            source = templatize(text, origin=str(path))
            text = "\n".join(line.strip() for line in source.splitlines())  # its indentation is not Python's
        name = str(path.relative_to(root))
        options = {"encoding": "utf-8"}
        for _line, message, _comments, context in extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS, options=options
        ):
            catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def unmarked(root: Path) -> list[str]:
    """Chinese text in templates that stands outside any translation tag, as "file: text" lines."""
    problems = []
    for path in sorted((root / "templates").rglob("*.html")):
        rest = MARKED.sub(" ", path.read_text(encoding="utf-8"))
        problems += [
            f"{path.relative_to(root)}: {line.strip()[:60]}" for line in rest.splitlines() if CJK.search(line)
        ]
    return problems


def catalogue_path(root: Path) -> Path:
    return root / "locale" / "en" / "LC_MESSAGES" / "django.po"


def stored(root: Path) -> Catalog:
    path = catalogue_path(root)
    if not path.exists():
        return Catalog(locale="en", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def problems(root: Path) -> list[str]:
    """What keeps the English catalogue from being complete, one sentence each; empty when it is."""
    have, need = stored(root), found(root)
    result = [f"not marked for translation: {line}" for line in unmarked(root)]
    for message in need:
        if not message.id:
            continue
        known = have.get(message.id, message.context)
        where = message.locations[0][0] if message.locations else ""
        texts = (
            known.string
            if known and isinstance(known.string, list | tuple)
            else [known.string if known else ""]
        )
        if not known or known.fuzzy or not all(texts):
            result.append(f"not translated: {message.id!r} ({where})")
            continue
        source = message.id[-1] if isinstance(message.id, list | tuple) else message.id
        if sorted(set(PLACEHOLDER.findall(source))) != sorted(set(PLACEHOLDER.findall(texts[-1]))):
            result.append(f"placeholders differ: {source!r} / {texts[-1]!r}")
    needed = {(m.context, m.id if isinstance(m.id, str) else tuple(m.id)) for m in need if m.id}
    for message in have:
        if (
            message.id
            and (message.context, message.id if isinstance(message.id, str) else tuple(message.id))
            not in needed
        ):
            result.append(f"no longer used: {message.id!r}")
    return result


def update(root: Path) -> int:
    """Rewrites the catalogue with what is found, keeping translations. Returns how many strings lack one."""
    have, fresh = stored(root), found(root)
    missing = 0
    for message in fresh:
        if not message.id:
            continue
        known = have.get(message.id, message.context)
        if known and known.string and not known.fuzzy:
            message.string = known.string
        missing += not (known and known.string)
    path = catalogue_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(
        buffer, fresh, sort_by_file=False, sort_output=True, include_lineno=False, width=0, omit_header=False
    )
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid'
        r"-Bugs-To|Project-Id-Version)[^\n]*\n",
        "",
        buffer.getvalue().decode(),
        flags=re.MULTILINE,
    )
    text = re.sub(r"\A(#[^\n]*\n)+", "", text)
    path.write_text(text, encoding="utf-8")
    return missing


def compile_catalogue(root: Path) -> None:
    """Writes the .mo beside the .po; it is built, never committed."""
    with catalogue_path(root).with_suffix(".mo").open("wb") as file:
        write_mo(file, stored(root))
