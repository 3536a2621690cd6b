"""An address of a Magento order."""

from dataclasses import dataclass

from .amounts import as_list, text


@dataclass(frozen=True)
class Address:
    """Who and where, in Magento's own words.

    `country` is an ISO code of two letters; `region` a name and `region_code` a code,
    both free text where the shop does not know the country's regions.
    """

    name: str
    company: str
    street: str
    street2: str
    postcode: str
    city: str
    region: str
    region_code: str
    country: str
    phone: str
    email: str
    vat: str


def read_address(raw: dict | None) -> Address | None:
    """Read an address; an order of virtual products has none for the delivery."""
    if not isinstance(raw, dict):
        return None
    names = ("prefix", "firstname", "middlename", "lastname", "suffix")
    street, street2 = _streets(raw.get("street"))
    return Address(
        name=" ".join(filter(None, (text(raw, name) for name in names))),
        company=text(raw, "company"),
        street=street,
        street2=street2,
        postcode=text(raw, "postcode"),
        city=text(raw, "city"),
        region=text(raw, "region"),
        region_code=text(raw, "region_code"),
        country=text(raw, "country_id").upper(),
        phone=text(raw, "telephone"),
        email=text(raw, "email"),
        vat=text(raw, "vat_id"),
    )


def _streets(lines) -> tuple[str, str]:
    """Return the first line, and the others as one: Magento allows four."""
    if isinstance(lines, str):
        lines = lines.split("\n")
    lines = as_list(lines) or ()
    lines = [str(line).strip() for line in lines if line and str(line).strip()]
    return (lines[0] if lines else "", ", ".join(lines[1:]))
