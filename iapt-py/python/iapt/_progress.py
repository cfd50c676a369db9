"""How far long work is, where somebody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(wanted: bool | None, total: int, what: str) -> Iterator[Callable[[int], object] | None]:
    """A function to be called with the number of rows done since, or None where no progress is to be shown.

    It needs tqdm; without it, or without a terminal, nothing is shown unless it is asked for.
    """
    if wanted is False or (wanted is None and not sys.stderr.isatty()):
        yield None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        if wanted:
            raise ImportError("progress needs tqdm: pip install 'iapt[report]'") from None
        yield None
        return
    with tqdm(total=total, desc=what, unit=" referrals", unit_scale=True, leave=False, delay=1.0) as shown:
        yield shown.update
