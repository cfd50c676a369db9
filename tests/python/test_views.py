"""Texts in Arrow's layout of views: right ones, and broken ones wherever they are read."""

import random
from collections import Counter
from itertools import product

import pytest

import iapt
from kinds import Other, library, read


def view(text, *, length=None, prefix=None, buffer=0, offset=0, padding=b""):
    """The 16 bytes in which Arrow keeps a text, or where it lies."""
    length = len(text) if length is None else length
    if length <= 12:
        return length.to_bytes(4, "little") + (text + padding).ljust(12, b"\0")
    places = [part.to_bytes(4, "little") for part in (buffer, offset)]
    return length.to_bytes(4, "little") + (text[:4] if prefix is None else prefix) + b"".join(places)


LONG, WELSH = b"a provider of talking therapies", "Bwrdd Iechyd Prifysgol Betsi Cadwaladr, Tŷ Ŵ".encode()


def texts(views, missing=()):
    """A column of these views; the long texts lie one after the other."""
    pa = library("pyarrow")
    present = bytearray((len(views) + 7) // 8)
    for row in set(range(len(views))) - set(missing):
        present[row // 8] |= 1 << row % 8
    buffers = [pa.py_buffer(bytes(present)), pa.py_buffer(b"".join(views)), pa.py_buffer(LONG + WELSH + b"\xff" * 20)]
    return pa.Array.from_buffers(pa.string_view(), len(views), buffers)


def facts(providers):
    """One recovered referral of each provider."""
    outcome = {"paired", "caseness", "recovery", "reliable_improvement", "reliable_recovery"}
    others = {"year": [2024] * len(providers)} | {fact: [fact in outcome] * len(providers) for fact in iapt.FACTS}
    return library("pyarrow").table({"provider": providers} | others)


@pytest.mark.parametrize("kind", [lambda table: table, Other, iapt.ArrowStream], ids=["table", "other", "stream"])
@pytest.mark.parametrize("odd", ["a", "twelve bytes", "Tŷ Ŵ", "", LONG.decode(), WELSH.decode()])
def test_views_of_texts(odd, kind):
    """Short and long ones, in ASCII and not, in the midst of others."""
    views = [view(b"RX4")] * 3000
    text = odd.encode()
    views[1500] = view(text, offset=len(LONG) if text == WELSH else 0)
    rates = read(library("pyarrow").table(iapt.rates(kind(facts(texts(views))), by="provider")))
    assert rates["provider"] == ["RX4", odd] and rates["finished"] == [2999, 1]


def check(parts):
    """Compares the groups of tables, one after the other, with a count of their texts."""
    rates = read(iapt.rates(library("pyarrow").concat_tables(parts), by="provider"))
    finished = Counter(text for part in parts for text in part["provider"].to_pylist())
    assert list(zip(rates["provider"], rates["finished"], strict=True)) == list(finished.items())


def test_views_in_several_batches_and_slices():
    some = facts(texts([view(b"RX4"), view(LONG), view(WELSH, offset=len(LONG)), view(b"R1")] * 300))
    check([some.slice(1, 7), some.slice(0, 0), some.slice(2, 1001), facts(texts([view(b"new"), view(LONG)]))])


@pytest.mark.parametrize("first", [None, b"", b"RX4", LONG], ids=["missing", "empty", "short", "long"])
@pytest.mark.parametrize("groups", [1, 2, 300, 8190, 8192, 8193, 20_000])
def test_many_short_texts(groups, first):
    """Whatever the first group is and however many there are, all are found again in whatever order."""
    first = facts(texts([view(first or b"")], missing=[0] if first is None else []))
    views = [view(b"P%d" % number) for number in range(groups)]
    again = random.Random(groups).choices([*views, view(b"")], k=4 * groups)
    check([first, facts(texts(views)), first, facts(texts([*again, view(b"new"), *again]))])


def test_texts_that_look_alike():
    """Each of which differs from the others in a bit of one letter and of the fourth letter after it."""
    alike = [
        bytes([*(b"bc"[bit] for bit in bits), *(b"ai"[bit] for bit in bits)]) for bits in product([0, 1], repeat=4)
    ]
    views = [view(text) for text in alike] * 300
    random.Random(4).shuffle(views)
    check([facts(texts(views))])


def test_views_of_missing_texts_are_not_read():
    """What lies where a text is missing is nobody's business."""
    views = [view(b"RX4"), view(b"\xff"), view(LONG, buffer=9), view(b"RX4")]
    table = facts(texts(views, missing=[1, 2]))
    rates = read(iapt.rates(table, by="provider"))
    assert (rates["provider"], rates["finished"]) == (["RX4", None], [2, 2])


BROKEN = [
    view(b"\xff"),
    view(b"R\xff4"),
    view(b"in ASCII but\xff"[-12:]),
    view(b"RX4", padding=b"\1"),
    view(b"", padding=b"\1"),
    view(b"twelve bytes", length=13),
    view(LONG, length=2**31),
    view(LONG, length=2**32 - 16),
    view(LONG, length=16 + 3, prefix=b"else"),
    view(LONG, prefix=b"else"),
    view(LONG, buffer=1),
    view(LONG, offset=1),
    view(LONG, offset=2**31),
    view(b"\xff" * 20, offset=len(LONG + WELSH)),
]


def refused(call):
    with pytest.raises(iapt.FrameError) as caught:
        call()
    assert (caught.value.code, caught.value.field) == ("ARROW", "provider")


@pytest.mark.parametrize("others", [b"RX4", LONG])
@pytest.mark.parametrize("at", [0, 1023, 1024, 2999])
@pytest.mark.parametrize("broken", BROKEN)
def test_broken_views_of_texts(broken, at, others):
    views = [view(others)] * 3000
    views[at] = broken
    refused(lambda: iapt.rates(facts(texts(views)), by="provider"))
    refused(lambda: iapt.rates(Other(facts(texts(views))), by=["year", "provider"]))


@pytest.mark.parametrize("kind", ["string", "large_string", "binary", "large_binary"])
def test_texts_that_end_before_they_begin(kind):
    pa = library("pyarrow")
    width = 8 if kind.startswith("large") else 4
    for end in (-1, -(2 ** (8 * width - 1))):
        positions = bytearray(b"".join(at.to_bytes(width, "little") for at in (0, 3, 6)))
        buffers = [None, pa.py_buffer(positions), pa.py_buffer(b"RX4RX4")]
        table = facts(pa.Array.from_buffers(getattr(pa, kind)(), 2, buffers))
        # Only now, for pyarrow looks at the last position, too.
        positions[-width:] = end.to_bytes(width, "little", signed=True)
        with pytest.raises(iapt.FrameError) as caught:
            iapt.rates(Other(table), by="provider")
        assert caught.value.code == "ARROW"


def scores(providers):
    pairs = dict.fromkeys(["phq9_first", "phq9_last", "gad7_first", "gad7_last"], [9] * len(providers))
    return library("pyarrow").table(pairs | {"provider": providers})


ADSM = {"anxiety_measure": "provider", "anxiety_first": "gad7_first", "anxiety_last": "gad7_last"}


def derived(providers, columns=None):
    pa = library("pyarrow")
    days = pa.array(["2024-05-01"] * len(providers))
    ids = pa.array(range(len(providers)))
    referrals = pa.table({"pathway_id": ids, "referral_date": days, "provider": providers})
    contacts = pa.table({"pathway_id": ids, "date": days, "attendance": [5] * len(ids), "type": [2] * len(ids)})
    none = pa.table({"pathway_id": ids[:0], "date": days[:0], "measure": days[:0], "score": ids[:0]})
    return iapt.derive(referrals, contacts, none, columns=columns, progress=False)


READERS = {
    "measures": lambda providers: iapt.outcomes(scores(providers), columns=ADSM),
    "measures to memory": lambda providers: iapt.outcome_flags(scores(providers), columns=ADSM),
    "derivation": lambda providers: derived(providers, {"referrals": {"end_code": "provider"}}),
    "report": lambda providers: iapt.report(derived(providers), "2024-25", by="provider", progress=False),
    "stream to a table": lambda providers: library("pyarrow").table(iapt.ArrowStream(scores(providers))),
    "stream to a frame": lambda providers: library("polars").DataFrame(iapt.ArrowStream(scores(providers))),
    "outcomes beside texts": lambda providers: library("pyarrow").table(iapt.outcomes(Other(scores(providers)))),
}


@pytest.mark.parametrize("reader", READERS)
def test_broken_views_are_found_by_all_who_read_them(reader):
    for broken in BROKEN:
        refused(lambda broken=broken: READERS[reader](texts([view(b"GAD7"), broken, view(b"GAD7")])))


@pytest.mark.parametrize("reader", READERS)
def test_right_views_are_read_by_all(reader):
    READERS[reader](texts([view(b"GAD7"), view(b"GAD7")]))
