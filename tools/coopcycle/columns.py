"""The columns of CoopCycle's export, and finding them in a header."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

# Role → the header that CoopCycle writes, in its order.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "external_id": "External ID",
        "invoice_date": "Invoice Date",
        "partner": "Partner",
        "account": "Invoice lines / Account",
        "product": "Invoice lines / Product",
        "label": "Invoice lines / Label",
        "price_unit": "Invoice lines / Unit Price",
        "quantity": "Invoice lines / Quantity",
    }
)
# An account may be left to the product and the journal.
REQUIRED_COLUMNS = tuple(role for role in COLUMNS if role != "account")
NONE_ASSIGNED: Mapping[str, str] = MappingProxyType({})

# Odoo's own import takes these names too, so a file made for it may carry them.
_TECHNICAL_NAMES = {
    "external_id": "id",
    "invoice_date": "invoice_date",
    "partner": "partner_id",
    "account": "invoice_line_ids/account_id",
    "product": "invoice_line_ids/product_id",
    "label": "invoice_line_ids/name",
    "price_unit": "invoice_line_ids/price_unit",
    "quantity": "invoice_line_ids/quantity",
}
_NOISE = re.compile("\ufeff|ï»¿|[\"'“”„«»]")
_SLASH = re.compile(r"\s*/\s*")


def normalise_header(text: str) -> str:
    """Return the header in the form under which two headers are the same.

    Case, spaces (also non-breaking ones), spaces around slashes, quotes and what is
    left of a byte order mark make no difference.
    """
    words = _NOISE.sub("", text).casefold().split()
    return _SLASH.sub("/", " ".join(words))


_ROLES = {
    normalise_header(name): role
    for names in (COLUMNS, _TECHNICAL_NAMES)
    for role, name in names.items()
}


@dataclass(frozen=True)
class Recognition:
    """What a header's columns are.

    :param columns: role → index of the column
    :param unknown: headers without a role
    :param repeated: (role, header) of columns whose role an earlier column has
    """

    columns: dict[str, int]
    unknown: tuple[str, ...]
    repeated: tuple[tuple[str, str], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Roles that the file must have and has not."""
        return tuple(role for role in REQUIRED_COLUMNS if role not in self.columns)


def recognise(
    header: Sequence[str], assigned: Mapping[str, str] = NONE_ASSIGNED
) -> Recognition:
    """Find the role of each column.

    :param assigned: normalised header → role, as the user chose; it overrules the
        header that has this role by its name. A role that is none of COLUMNS, such as
        ``""``, leaves the column out.
    """
    columns: dict[str, int] = {}
    unknown, repeated = [], []
    for index, (text, role) in enumerate(
        zip(header, _roles(header, assigned), strict=True)
    ):
        if role is None:
            unknown.append(text)
        elif role in columns:
            repeated.append((role, text))
        elif role in COLUMNS:
            columns[role] = index
    return Recognition(columns, tuple(unknown), tuple(repeated))


def _roles(header: Sequence[str], assigned: Mapping[str, str]) -> list[str | None]:
    """Return each column's role, None where unknown and "" where of no interest."""
    names = [normalise_header(text) for text in header]
    chosen = {assigned[name] for name in names if name in assigned}
    free = {name: role for name, role in _ROLES.items() if role not in chosen}
    return [assigned.get(name, free.get(name)) if name else "" for name in names]
