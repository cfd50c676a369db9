"""Errors of a part of a frame, said of the whole."""

from __future__ import annotations

from ._errors import IaptError


def moved(error: IaptError, rows: int) -> IaptError:
    """The same error, its row counted from so many rows earlier."""
    if error.row is None:
        return error
    return placed(error, error.row + rows, f"row {error.row + rows}")


def placed(error: IaptError, row: int | None, place: str) -> IaptError:
    """The same error with another row, of which its text says the place; an empty place is left out."""
    if error.row is None:
        return error
    text = str(error).removeprefix(lead([error.field, f"row {error.row}", item(error)]))
    text = lead([error.field, place, item(error)]) + text
    return type(error)(text, code=error.code, field=error.field, row=row, item=error.item)


def item(error: IaptError) -> str | None:
    return None if error.item is None else f"item {error.item}"


def lead(places: list[str | None]) -> str:
    """How the text of an error begins."""
    given = ", ".join(place for place in places if place)
    return f"{given}: " if given else ""
