"""How CoopCycle's export was saved."""

from collections.abc import Mapping

from ..text import dialect
from ..text.dialect import UNDECIDED, Dialect, Layout
from .columns import NONE_ASSIGNED, recognise

# Of the export's languages; its labels hold at least one of them.
_WORDS = (
    "Livraison à la demande",
    "Dépôt",
    "Objednávka č.",
    "Doručení na vyžádání",
)


def export_layout(assigned: Mapping[str, str] = NONE_ASSIGNED) -> Layout:
    """Return what is known of the export's columns and words.

    :param assigned: normalised header → role, as the user chose; see
        :func:`.columns.recognise`
    """
    return Layout(
        recognise=lambda header: recognise(header, assigned).columns,
        amounts=("price_unit", "quantity"),
        dates=("invoice_date",),
        words=_WORDS,
    )


def detect(
    content: bytes,
    given: Dialect = UNDECIDED,
    assigned: Mapping[str, str] = NONE_ASSIGNED,
) -> Dialect:
    """Decide from the content what ``given`` leaves open in the dialect of an export.

    :param assigned: normalised header → role, as the user chose
    """
    return dialect.detect(content, export_layout(assigned), given)
