"""The C header as a page: every function, type and constant with its comment."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import partial

COMMENT = r"/\*\*\n?(?P<comment>.*?)\*/\n"
DECLARED = re.compile(
    COMMENT + r"(?P<code>(?:#define (?:[^\n]*\\\n)*[^\n]*\n)+|typedef struct \{.*?\n\} \w+;|[^#;]*;)", re.S
)
FUNCTION = re.compile(r"\b(iapt_\w+)\(")
TYPE = re.compile(r"\b(iapt_\w+);$")
CONSTANT = re.compile(r"#define (\w+) ?((?:[^\n]*\\\n)*[^\n]*)")
FIELD = re.compile(r" */\*\*\n(?P<comment>.*?)\*/\n +(?P<code>[^;]*;)", re.S)
NAME = re.compile(r"`[^`]*`|\biapt_\w+(?:\(\))?|\bIAPT_\w+")


@dataclass(frozen=True)
class Item:
    """Something declared, with its comment."""

    names: tuple[str, ...]
    kind: str
    comment: str
    code: str


def text_of(comment: str) -> str:
    """A comment without its stars."""
    return textwrap.dedent(re.sub(r"^ *\* ?", "", comment, flags=re.M)).strip()


def read(header: str) -> list[Item]:
    """What the header declares, in its order."""
    body = header[header.index("#define IAPT_H") :]
    return [item(text_of(found["comment"]), found["code"].strip()) for found in DECLARED.finditer(body)]


def item(comment: str, code: str) -> Item:
    if code.startswith("#define"):
        names = tuple(name for name, _ in CONSTANT.findall(code))
        return Item(names, "constant", comment, code)
    kind, pattern = ("type", TYPE) if code.startswith("typedef") else ("function", FUNCTION)
    found = pattern.search(code)
    assert found, f"iapt.h declares what is neither function, type nor constant: {code}"
    return Item((found[1],), kind, comment, code)


def page(header: str) -> str:
    """The reference, in Markdown."""
    items = read(header)
    linked = partial(with_links, frozenset(name for item in items for name in item.names))
    of = {kind: [item for item in items if item.kind == kind] for kind in ("function", "type", "constant")}
    parts = ["## Functions", *(section(item, linked) for item in of["function"])]
    parts += ["## Types", *(section(item, linked) for item in of["type"])]
    parts += ["## Constants", constants(of["constant"], linked)]
    return "\n\n".join(parts)


def with_links(names: frozenset[str], text: str) -> str:
    """A text whose names of the header lead to their place."""

    def link(found: re.Match[str]) -> str:
        shown = found[0].strip("`")
        name = shown.removesuffix("()")
        return f"[`{shown}`](#{name})" if name in names else found[0]

    return NAME.sub(link, text)


def section(item: Item, linked: partial[str]) -> str:
    [name] = item.names
    fields = list(FIELD.finditer(item.code))
    code = item.code if not fields else FIELD.sub(lambda field: f"    {field['code'].strip()}", item.code)
    parts = [f"### `{name}` {{ #{name} }}", f"```c\n{code}\n```", linked(item.comment)]
    if fields:
        rows = [f"| `{field['code'].strip(' ;')}` | {cell(linked(text_of(field['comment'])))} |" for field in fields]
        parts.append("\n".join(["| field | |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def constants(items: list[Item], linked: partial[str]) -> str:
    rows = ["| constant | value | |", "|---|---|---|"]
    for item in items:
        for name, value in CONSTANT.findall(item.code):
            shown = " ".join(value.replace("\\\n", " ").split())
            rows.append(f"| <span id='{name}'></span>`{name}` | `{shown}` | {cell(linked(item.comment))} |")
    return "\n".join(rows)


def cell(text: str) -> str:
    """A text in a cell of a table."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|")
