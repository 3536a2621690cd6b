"""Magento's shipment, read into a frozen dataclass."""

from dataclasses import dataclass

from .amounts import text
from .remarks import read_remarks
from .sales_document import SalesDocument, head, read_safely


@dataclass(frozen=True)
class Shipment(SalesDocument):
    """One shipment with its tracking numbers, each once."""

    track_numbers: tuple[str, ...]


def read_shipment(raw: dict) -> Shipment:
    """Read one shipment.

    :param raw: the decoded JSON of a shipment
    :raise MalformedOrderError: something that every one has is missing or unreadable
    """
    return read_safely(_read, raw)


def _read(raw: dict) -> Shipment:
    tracks = read_remarks(raw, "tracks")
    numbers = (" ".join(text(track, "track_number").split()) for track in tracks)
    return Shipment(
        **head(raw), track_numbers=tuple(dict.fromkeys(filter(None, numbers)))
    )
