"""The body of an answer: of bounded size, compressed once at most."""

import zlib

import requests
import urllib3

_CHUNK = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class UnknownEncodingError(ValueError):
    """It is compressed in a way that nobody asked for."""


class TooLargeError(ValueError):
    """It is larger than any proper one."""


def read_body(response: requests.Response, largest: int) -> bytes:
    """Return the body, unpacked.

    :param largest: bytes that it may have, packed or not

    :raise UnknownEncodingError, TooLargeError: nothing more of it is read
    """
    unpacker = _unpacker(response.headers.get("Content-Encoding", ""))
    # Older versions of urllib3 take a part of the body for the whole.
    response.raw.enforce_content_length = True
    content, received = bytearray(), 0
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        received += len(chunk)
        content += unpacker.unpack(chunk, largest + 1 - len(content))
        if max(received, len(content)) > largest:
            raise TooLargeError
    unpacker.finish()
    return bytes(content)


def _unpacker(encoding: str) -> "_Plain | _Gzip":
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _Plain()
    if encoding in ("gzip", "x-gzip"):
        return _Gzip()
    raise UnknownEncodingError(encoding)


class _Plain:
    def unpack(self, chunk: bytes, most: int) -> bytes:
        return chunk[:most]

    def finish(self) -> None:
        """Be content with what came."""


class _Gzip:
    """Unpacks no more than is asked for: a kilobyte may be a gigabyte."""

    def __init__(self) -> None:
        self._gzip = zlib.decompressobj(_GZIP)
        self._is_empty = True

    def unpack(self, chunk: bytes, most: int) -> bytes:
        self._is_empty = False
        if self._gzip.eof:
            return b""  # what follows the end is none of it
        try:
            return self._gzip.decompress(chunk, most)
        except zlib.error as error:
            raise urllib3.exceptions.DecodeError(str(error)) from error

    def finish(self) -> None:
        if not self._is_empty and not self._gzip.eof:
            raise urllib3.exceptions.DecodeError("It ends too early")
