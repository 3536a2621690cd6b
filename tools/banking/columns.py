"""The columns of banks' CSV files, and finding them in a header."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..text.dialect import UNDECIDED, Dialect
from ..text.names import name_key

# Role → headers that banks have for it, in English, French, German, Dutch, Spanish,
# Italian and Czech. What follows a header, such as "(EUR)", makes no difference.
_HEADERS = {
    "date": "booking date|transaction date|posting date|date completed"
    "|date completed utc|completed date|date operation|date de l operation"
    "|date de comptabilisation|date comptable|buchungstag|buchungsdatum|buchung"
    "|boekingsdatum|boekdatum|datum"
    "|fecha operacion|fecha de operacion|fecha|data contabile|data operazione|data"
    "|datum zauctovani|datum provedeni|execution date|uitvoeringsdatum|date",
    "value_date": "value date|date de valeur|date valeur|valuta|wertstellung"
    "|valutadatum|rentedatum|fecha valor|data valuta|wert|valutatag",
    "amount": "amount|montant|betrag|umsatz|bedrag|importe|importo|castka|objem"
    "|transaction amount|montant de l operation|net amount",
    "debit": "debit|debits|soll|belastung|lastschrift|af|paid out|money out|withdrawal"
    "|withdrawals|cargo|dare|addebiti|uscite|debit amount|montant debit",
    "credit": "credit|credits|haben|gutschrift|bij|paid in|money in|deposit|deposits"
    "|abono|avere|accrediti|entrate|credit amount|montant credit",
    "direction": "af bij|soll haben|debit credit|s h|d c|sens|credit debit indicator"
    "|debet credit|cd",
    "currency": "currency|devise|wahrung|waehrung|munt|valuta code|divisa|moneda|mena"
    "|devise du compte|muntsoort",
    "text": "description|reference|payment reference|libelle|libelle operation"
    "|libelle complementaire|libelle simplifie|informations complementaires"
    "|detail de l ecriture|verwendungszweck|buchungstext|mededelingen|mededeling"
    "|omschrijving|omschrijving 1|omschrijving 2|communication|communications|details"
    "|detail|concepto|causale|descrizione|memo|narrative|motif|zprava pro prijemce"
    "|poznamka|message|remittance information|kundenreferenz|transaction details"
    "|end to end referenz|end to end id|vrije mededeling|gestructureerde mededeling",
    "name": "name|payer|payee|counterparty|counterparty name|partner name|nom"
    "|contrepartie|nom contrepartie|nom de la contrepartie|tiers|beneficiaire"
    "|beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger"
    "|auftraggeber beguenstigter|auftraggeber empfanger|zahlungsempfanger"
    "|name zahlungsbeteiligter|naam omschrijving|naam tegenpartij|naam tegenpartij bij"
    "|tegenpartij|nombre|ordinante|beneficiario|nazev protiuctu|zahlungsbeteiligter",
    "iban": "counterparty iban|partner iban|partner account|counterparty account"
    "|iban zahlungsbeteiligter|kontonummer iban|tegenrekening|tegenrekening iban bban"
    "|compte contrepartie|iban contrepartie|rekening tegenpartij|protiucet"
    "|cislo protiuctu|payer iban|iban tegenpartij",
    "bank_reference": "transaction id|unique id|id transaction|transaktions id"
    "|bank reference|reference bancaire|reference banque|transactiereferentie|volgnr"
    "|id operace|id pohybu|numero de reference|reference operation|reference number",
    "account": "account|account number|own account|iban|compte|numero de compte"
    "|auftragskonto|konto|rekening|rekeningnummer|iban bban|cuenta|iban auftragskonto"
    "|bezeichnung auftragskonto|cislo uctu|rekeningnummer iban",
}
ROLES = tuple(_HEADERS)
# Of headers, with letters beyond ASCII, by which an encoding is told
WORDS = (
    *("Libellé", "Débit", "Crédit", "Opération", "Bénéficiaire", "Référence", "Numéro"),
    *("Währung", "Empfänger", "Begünstigter", "Gläubiger", "Operación", "Operação"),
    *(
        "Měna",
        "Částka",
        "Název",
        "Protiúčet",
        "protiúčtu",
        "Zpráva",
        "Číslo",
        "příjemce",
    ),
)
# May be in several columns
_MANY = ("text",)
_NOISE = re.compile(r"[\W_]+")
_ROLE_OF = {
    header: role for role, headers in _HEADERS.items() for header in headers.split("|")
}


@dataclass(frozen=True)
class Columns:
    """Which column has what, as somebody chose it and it is remembered.

    :param chosen: role → headers, as the file has them; or places from "1", where it
        has no header. Empty: they are found by their names
    :param dialect: how the file was saved, where that was chosen
    """

    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dialect: Dialect = UNDECIDED

    @property
    def are_places(self) -> bool:
        """Say whether columns are chosen by their places: there is no header."""
        headers = [header for headers in self.chosen.values() for header in headers]
        return bool(headers) and all(
            re.fullmatch("[1-9][0-9]{0,2}", h) for h in headers
        )

    def find(self, cells: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return role → indexes in a row that may be the header."""
        if self.are_places:
            return {
                role: tuple(int(header) - 1 for header in headers)
                for role, headers in self.chosen.items()
                if role in _HEADERS and all(int(h) <= len(cells) for h in headers)
            }
        return self._by_choice(cells) if self.chosen else guess(cells)

    def _by_choice(self, cells: Sequence[str]) -> dict[str, tuple[int, ...]]:
        keys = [header_key(cell) for cell in cells]
        found = {}
        for role, headers in self.chosen.items():
            wanted = [header_key(header) for header in headers]
            if role in _HEADERS and wanted and all(key in keys for key in wanted):
                found[role] = tuple(keys.index(key) for key in wanted)
        return found


GUESSED = Columns()


def header_key(text: str) -> str:
    """Return the form under which two headers are the same."""
    return " ".join(_NOISE.sub(" ", name_key(text[:100])).split())


def guess(cells: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return role → indexes of the columns whose header is known."""
    found: dict[str, list[int]] = {}
    is_exact: dict[str, bool] = {}
    for index, cell in enumerate(cells[:100]):
        key = header_key(cell)
        role = _role(key)
        if not role:
            continue
        whole = key in _ROLE_OF
        if role not in found or role in _MANY:
            found.setdefault(role, []).append(index)
            is_exact.setdefault(role, whole)
        elif whole and not is_exact[role]:
            found[role], is_exact[role] = [index], True
    return {role: tuple(indexes) for role, indexes in found.items()}


def has_enough(found: Mapping[str, Sequence[int]]) -> bool:
    """Say whether a day and an amount are among the columns."""
    return not missing(found)


def missing(found: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """Return the roles without which no line can be read."""
    has_amount = "amount" in found or {"debit", "credit"} <= found.keys()
    return (
        *(() if "date" in found or "value_date" in found else ("date",)),
        *(() if has_amount else ("amount",)),
    )


def _role(key: str) -> str | None:
    """Return the role of a header, or of its beginning: "amount (EUR)"."""
    words = key.split()
    for count in range(len(words), 0, -1):
        if role := _ROLE_OF.get(" ".join(words[:count])):
            return role
    return None
