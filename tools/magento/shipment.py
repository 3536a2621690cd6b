"""Magento's shipment, read into a frozen dataclass."""

from dataclasses import dataclass

from .amounts import as_list, text
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
    tracks = [t for t in as_list(raw.get("tracks")) or () if isinstance(t, dict)]
    numbers = (" ".join(text(track, "track_number").split()) for track in tracks)
    return Shipment(
        **head(raw), track_numbers=tuple(dict.fromkeys(filter(None, numbers)))
    )
