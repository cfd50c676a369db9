"""Docstrings as the site shows them: classes of the extension module get those that they have when they are run, as
their stubs have none, and examples become code."""

from __future__ import annotations

import inspect
import re
from typing import Any

import griffe

import iapt

EXAMPLE = re.compile(r"^>>> .*(?:\n.*\S.*)*", re.M)


class Docstrings(griffe.Extension):
    """Looks them up in the extension module."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        for name in iapt.__all__:
            member = pkg.members[name]
            documented = member.final_target if member.is_alias else member
            if documented.is_class and documented.filepath.suffix == ".pyi":
                add_docstrings(documented, getattr(iapt, name))
        for member in pkg["_iapt"].members.values():
            if not member.is_alias and member.is_attribute:
                member.docstring = None  # that of its class
        fence_examples(pkg)


def add_docstrings(documented: Any, real: Any) -> None:
    """Docstrings for a class and what is in it."""
    documented.docstring = documented.docstring or docstring(documented, real)
    if "__new__" in documented.members:
        # A class is shown with the signature of this.
        documented.set_member("__init__", documented.members["__new__"])
        documented.del_member("__new__")
    for name, member in documented.members.items():
        if not name.startswith("_") and not member.docstring:
            found = inspect.getattr_static(real, name)
            member.docstring = docstring(member, found.__func__ if isinstance(found, staticmethod) else found)


def docstring(documented: Any, real: Any) -> griffe.Docstring | None:
    text = None if isinstance(real, str | int) else inspect.getdoc(real)
    return griffe.Docstring(fenced(text), parent=documented) if text else None


def fenced(text: str) -> str:
    """Examples, which begin with >>>, as blocks of code."""
    return EXAMPLE.sub(r"```pycon\n\g<0>\n```", text)


def fence_examples(documented: Any) -> None:
    """The same for all that is written in Python."""
    if documented.docstring:
        documented.docstring.value = fenced(documented.docstring.value)
    for member in documented.members.values():
        if not member.is_alias:
            fence_examples(member)
