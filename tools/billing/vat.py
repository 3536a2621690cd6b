"""VAT numbers as customers write them."""

import re

from stdnum.eu.vat import MEMBER_STATES
from stdnum.eu.vat import is_valid as is_valid_in_eu
from stdnum.util import get_cc_module

# The European Union has other letters for them than the rest of the world
PREFIXES = {"GR": "EL"}
COUNTRIES = {"EL": "GR", "XI": "GB"}

_SEPARATORS = re.compile(r"[\s.\-/]+")


def clean(number):
    """Return a number as it is compared; empty where there is none, such as of "/"."""
    return _SEPARATORS.sub("", number or "").upper()


def is_of_eu(country):
    """Say whether a country, or Northern Ireland, has numbers of the European Union."""
    return _to_country(country).lower() in MEMBER_STATES or country == "XI"


def get_country(number):
    """Return the code of the country whose letters a number begins with, or ""."""
    prefix = clean(number)[:2]
    known = prefix in COUNTRIES or (prefix not in PREFIXES and is_of_eu(prefix))
    return _to_country(prefix) if known or prefix == "GB" else ""


def is_valid(number, country):
    """Say whether a number may exist. Where nobody knows the rules, any may.

    :param str country: code of the customer's country, or ""
    """
    number = clean(number)
    if not number.isascii():
        return False
    prefix = get_country(number)
    if prefix and prefix != "GB":
        return is_valid_in_eu(number)
    code = prefix or country
    rules = code and get_cc_module(code, "vat")
    if not rules:
        return True
    return rules.is_valid(number) or (
        number.startswith(code) and rules.is_valid(number[2:])
    )


def to_vies(number, country):
    """Return a number as VIES has it: letters first. "" if it is none of the union's.

    :param str country: code of the customer's country, or ""
    """
    number = clean(number)
    if number[:2] == "XI" or (get_country(number) and number[:2] != "GB"):
        return number
    if not country or not is_of_eu(country) or not number or number[:2].isalpha():
        return ""
    return PREFIXES.get(country, country) + number


def _to_country(code):
    return COUNTRIES.get(code, code)
