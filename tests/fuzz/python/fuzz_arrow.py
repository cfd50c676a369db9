"""Arrow data through the C data interface, as arbitrary bytes tell: sound arrays, and such as break the rules.

The interface has no lengths of buffers, so that nobody who reads can notice one that is too short: buffers here are as
long as their arrays say. Everything else may be wrong: counts of buffers, children and nulls, lengths and offsets below
zero, positions of texts, keys of dictionaries, formats, missing pointers.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable
from ctypes import POINTER, Structure, addressof, c_char_p, c_int64, c_void_p, py_object
from typing import Any

import iapt

RELEASE = ctypes.CFUNCTYPE(None, c_void_p)
FETCH = ctypes.CFUNCTYPE(ctypes.c_int, c_void_p, c_void_p)
LAST_ERROR = ctypes.CFUNCTYPE(c_char_p, c_void_p)


class Schema(Structure):
    """struct ArrowSchema"""


Schema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_char_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(Schema))),
    ("dictionary", POINTER(Schema)),
    ("release", RELEASE),
    ("private_data", c_void_p),
]


class Array(Structure):
    """struct ArrowArray"""


Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(Array))),
    ("dictionary", POINTER(Array)),
    ("release", RELEASE),
    ("private_data", c_void_p),
]


class Stream(Structure):
    """struct ArrowArrayStream"""

    _fields_ = [
        ("get_schema", FETCH),
        ("get_next", FETCH),
        ("get_last_error", LAST_ERROR),
        ("release", RELEASE),
        ("private_data", c_void_p),
    ]


new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype, new_capsule.argtypes = py_object, [c_void_p, c_char_p, c_void_p]

NAMES = (b"phq9_first", b"phq9_last", b"gad7_first", b"gad7_last", b"provider")
NUMBERS = (b"c", b"C", b"s", b"S", b"i", b"I", b"l", b"L", b"f", b"g", b"e")
FORMATS = (*NUMBERS, *b"n b u U vu z Z vz tdD tdm tsu: d:9,2 w:3 +s".split(), b"")
KEYS = (b"c", b"C", b"s", b"i", b"I", b"l", b"L")
# The bytes of a value; texts have positions of 4 or 8 bytes, views 16.
WIDTHS = {b"c": 1, b"C": 1, b"s": 2, b"S": 2, b"e": 2, b"b": 1, b"U": 8, b"Z": 8, b"vu": 16, b"vz": 16, b"d:9,2": 16}
TEXTS = {b"u": 4, b"z": 4, b"U": 8, b"Z": 8}
VIEWS = (b"vu", b"vz")
DATA = 256
MOST_BUFFERS = 6


class Input:
    """Arbitrary bytes, and what was made of them, which must live as long as it is used."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.alive: list[Any] = []
        self.lent = 0

    def byte(self, below: int = 256) -> int:
        value = self.data[self.at] % below if self.at < len(self.data) else 0
        self.at += 1
        return value

    def now_and_then(self, wrong: Callable[[], Any], right: Any) -> Any:
        return wrong() if self.byte() == 255 else right

    def bytes(self, length: int) -> bytes:
        taken = self.data[self.at : self.at + length]
        self.at += length
        return taken.ljust(length, b"\0")

    def keep(self, thing: Any) -> Any:
        self.alive.append(thing)
        return thing

    def buffer(self, content: bytes) -> int:
        # Twice as long as needed, because the start must be a multiple of 64.
        block = self.keep(ctypes.create_string_buffer(len(content) + 64))
        start = -(-addressof(block) // 64) * 64
        ctypes.memmove(start, content, len(content))
        return start

    def releases(self, kind: type[Structure]) -> Any:
        """A callback that marks its structure as released, and is owed one call."""

        def release(pointer: int) -> None:
            kind.from_address(pointer).release = RELEASE(0)
            self.lent -= 1

        self.lent += 1
        return self.keep(RELEASE(release))


def pointers(given: Input, kind: type[Structure], things: list[Any]) -> Any:
    block = (POINTER(kind) * (len(things) + 2))(*[ctypes.pointer(thing) for thing in things])
    return ctypes.cast(given.keep(block), POINTER(POINTER(kind)))


def schema(given: Input, format: bytes, name: bytes, children: list[Schema], dictionary: Schema | None) -> Schema:
    made = given.keep(Schema())
    made.format, made.name = given.keep(format), given.keep(name)
    made.flags = 2
    made.n_children = given.now_and_then(lambda: given.byte(4) - 1, len(children))
    made.children = pointers(given, Schema, children)
    if dictionary is not None:
        made.dictionary = ctypes.pointer(dictionary)
    return made


def content(given: Input, format: bytes, length: int) -> list[int | None]:
    """The buffers of an array after its validity."""
    size = max(length, 0) + 1
    if format in TEXTS:
        width = TEXTS[format]
        positions = [0]
        for _ in range(size):
            step = given.byte(8)
            positions.append(given.now_and_then(lambda: given.byte(DATA) - 9, min(positions[-1] + step, DATA)))
        # What is last is taken for the length of the data.
        positions = [min(position, DATA) for position in positions]
        coded = b"".join(position.to_bytes(width, "little", signed=True) for position in positions)
        return [given.buffer(coded), given.buffer(given.bytes(DATA))]
    if format in VIEWS:
        views = b"".join(view(given) for _ in range(size))
        return [given.buffer(views), given.buffer(given.bytes(DATA)), given.buffer(DATA.to_bytes(8, "little"))]
    if format == b"n":
        return []
    values = bytearray(given.bytes(size * WIDTHS.get(format, 8)))
    if given.byte(2):
        # Small numbers, so that what comes after the reading is reached.
        width = WIDTHS.get(format, 8)
        values = bytearray(value % 28 if at % width == 0 else 0 for at, value in enumerate(values))
    return [given.buffer(bytes(values))]


def view(given: Input) -> bytes:
    length = given.byte(20)
    if length <= 12:
        return length.to_bytes(4, "little") + given.bytes(length).ljust(12, b"\0")
    at, buffer = given.byte(DATA), given.now_and_then(lambda: given.byte(), 0)
    return b"".join(number.to_bytes(4, "little") for number in (length, 0, buffer, at))


def array(given: Input, format: bytes, length: int, children: list[Array], dictionary: Array | None) -> Array:
    made = given.keep(Array())
    offset = given.now_and_then(lambda: given.byte(6) - 2, 0)
    buffers = [] if format == b"+s" else content(given, format, length + offset)
    nullable = format != b"n"
    if nullable:
        validity = given.buffer(given.bytes((max(length + offset, 0) + 7) // 8 + 1)) if given.byte(3) == 0 else None
        buffers.insert(0, validity)
    buffers = [given.now_and_then(lambda: None, buffer) for buffer in buffers]
    made.length = given.now_and_then(lambda: -given.byte(4), length)
    made.offset = offset
    made.null_count = given.now_and_then(lambda: given.byte(8) - 2, -1 if nullable and buffers[0] else 0)
    made.n_buffers = given.now_and_then(lambda: given.byte(MOST_BUFFERS + 1) - 1, len(buffers))
    block = (c_void_p * (MOST_BUFFERS + 2))(*buffers)
    made.buffers = ctypes.cast(given.keep(block), POINTER(c_void_p))
    made.n_children = given.now_and_then(lambda: given.byte(4) - 1, len(children))
    made.children = pointers(given, Array, children)
    if dictionary is not None:
        made.dictionary = ctypes.pointer(dictionary)
    return made


def column(given: Input, name: bytes, lengths: list[int]) -> tuple[Schema, list[Array]]:
    """A column, as an array for each batch."""
    format = given.now_and_then(lambda: FORMATS[given.byte(len(FORMATS))], NUMBERS[given.byte(len(NUMBERS))])
    if name == b"provider":
        format = FORMATS[given.byte(len(FORMATS))]
    if given.byte(8) == 1:
        keys, values = KEYS[given.byte(len(KEYS))], format
        entries = given.byte(5)
        made = schema(given, keys, name, [], schema(given, values, b"", [], None))
        return made, [array(given, keys, n, [], array(given, values, entries, [], None)) for n in lengths]
    return schema(given, format, name, [], None), [array(given, format, n, [], None) for n in lengths]


def frame(given: Input) -> tuple[Schema, list[Array]]:
    lengths = [given.byte(20) for _ in range(given.byte(3))] or [given.byte(100)]
    columns = [column(given, name, lengths) for name in NAMES]
    top = schema(given, given.now_and_then(lambda: b"l", b"+s"), b"", [fields for fields, _ in columns], None)
    batches = []
    for at, length in enumerate(lengths):
        length = given.now_and_then(lambda length=length: length + given.byte(3) - 1, length)
        batches.append(array(given, b"+s", length, [arrays[at] for _, arrays in columns], None))
    return top, batches


class Malformed:
    """A source of such data, by either method of the Arrow PyCapsule interface."""

    def __init__(self, data: bytes) -> None:
        self.given = Input(data)
        self.single = self.given.byte(2) == 0
        self.top, self.batches = frame(self.given)
        if self.single:
            self.__arrow_c_array__ = self.as_array
        else:
            self.__arrow_c_stream__ = self.as_stream

    def lend(self, thing: Schema | Array) -> None:
        thing.release = self.given.releases(type(thing))

    def as_array(self, requested_schema: object = None) -> tuple[object, object]:
        self.lend(self.top)
        self.lend(self.batches[0])
        capsules = []
        for thing, name in ((self.top, b"arrow_schema"), (self.batches[0], b"arrow_array")):
            capsules.append(new_capsule(addressof(thing), self.given.keep(name), None))
        return tuple(capsules)

    def as_stream(self, requested_schema: object = None) -> object:
        stream = self.given.keep(Stream())
        left = iter(self.batches)

        def get_schema(_: int, out: int) -> int:
            self.lend(self.top)
            ctypes.memmove(out, addressof(self.top), ctypes.sizeof(Schema))
            return 0

        def get_next(_: int, out: int) -> int:
            if self.given.byte() == 255:
                return 5
            batch = next(left, None)
            if batch is None:
                ctypes.memset(out, 0, ctypes.sizeof(Array))
                return 0
            self.lend(batch)
            ctypes.memmove(out, addressof(batch), ctypes.sizeof(Array))
            return 0

        callbacks = FETCH(get_schema), FETCH(get_next), LAST_ERROR(lambda _: None)
        stream.get_schema, stream.get_next, stream.get_last_error = self.given.keep(callbacks)
        stream.release = self.given.releases(Stream)
        return new_capsule(addressof(stream), self.given.keep(b"arrow_array_stream"), None)


def run(data: bytes) -> None:
    """Every function that reads Arrow data; errors are answers, all else is a fault."""
    sources: list[Malformed] = []

    def source() -> Malformed:
        sources.append(Malformed(data))
        return sources[-1]

    calls: list[Callable[[], Any]] = [
        lambda: iapt.ArrowStream(source()),
        lambda: iapt.outcomes(source()),
        lambda: iapt.rates(iapt.outcomes(source()), by="provider"),
        lambda: iapt.score(source(), "PHQ-9", [name.decode() for name in NAMES[:4] * 2 + NAMES[4:]]),
        lambda: iapt.derive(
            source(),
            source(),
            source(),
            columns={
                "referrals": {"pathway_id": "provider", "referral_date": "phq9_first"},
                "contacts": {"pathway_id": "provider", "date": "phq9_last", "attendance": "gad7_first"},
                "scores": {"pathway_id": "provider", "date": "phq9_last", "measure": "provider", "score": "gad7_last"},
            },
        ),
    ]
    for call in calls:
        with contextlib.suppress(iapt.IaptError, TypeError, ValueError):
            call()
    for made in sources:
        # A single array's schema stays with its capsule, which has no destructor here.
        if made.given.lent not in ((0, 1) if made.single else (0,)):
            raise AssertionError(f"{made.given.lent} structures were not released")
