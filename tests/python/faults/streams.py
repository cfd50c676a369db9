"""Arrow streams that fail halfway, and count what is given back to them."""

import ctypes
import errno


class Schema(ctypes.Structure):
    _fields_ = [("rest", ctypes.c_uint8 * 72)]


class Array(ctypes.Structure):
    pass


ReleaseArray = ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))
Array._fields_ = [("numbers", ctypes.c_int64 * 5), ("pointers", ctypes.c_void_p * 3), ("release", ctypes.c_void_p),
                  ("private", ctypes.c_void_p)]  # fmt: skip


class Stream(ctypes.Structure):
    pass


Pointer = ctypes.POINTER(Stream)
GetSchema = ctypes.CFUNCTYPE(ctypes.c_int, Pointer, ctypes.POINTER(Schema))
GetNext = ctypes.CFUNCTYPE(ctypes.c_int, Pointer, ctypes.POINTER(Array))
LastError = ctypes.CFUNCTYPE(ctypes.c_void_p, Pointer)
Release = ctypes.CFUNCTYPE(None, Pointer)
Stream._fields_ = [("get_schema", GetSchema), ("get_next", GetNext), ("last_error", LastError), ("release", Release),
                   ("private", ctypes.c_void_p)]  # fmt: skip

NAME = b"arrow_array_stream"
new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype, new_capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


class Failing:
    """The batches of a reader, then an error.

    Attributes:
        given: How many batches were handed out.
        returned: How many of these were released.
        closed: How often the stream was released.
    """

    ERROR = b"the line to the database was cut at patient 17"

    def __init__(self, reader, batches):
        self.left, self.given, self.returned, self.closed = batches, 0, 0, 0
        self._inner_capsule = reader.__arrow_c_stream__()
        self._inner = Stream.from_address(pointer_of(self._inner_capsule, NAME))
        self._text = ctypes.create_string_buffer(self.ERROR)
        self._release_array = ReleaseArray(self._returned)
        self._stream = Stream(
            GetSchema(lambda _, out: self._inner.get_schema(ctypes.byref(self._inner), out)),
            GetNext(self._next),
            LastError(lambda _: ctypes.addressof(self._text)),
            Release(self._closed),
        )

    def __arrow_c_stream__(self, requested_schema=None):
        return new_capsule(ctypes.addressof(self._stream), NAME, None)

    def _next(self, _, out):
        if self.left == 0:
            return errno.EIO
        self.left -= 1
        code = self._inner.get_next(ctypes.byref(self._inner), out)
        if out.contents.release:
            self._original = out.contents.release
            out.contents.release = ctypes.cast(self._release_array, ctypes.c_void_p).value
            self.given += 1
        return code

    def _returned(self, array):
        self.returned += 1
        array.contents.release = self._original
        ReleaseArray(self._original)(array)

    def _closed(self, stream):
        self.closed += 1
        stream.contents.release = Release()
