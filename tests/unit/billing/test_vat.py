import pytest

from tools.billing.vat import get_country, is_valid, to_vies


@pytest.mark.parametrize(
    ("number", "country", "valid"),
    [
        ("FR 40 303 265 045", "FR", True),
        ("fr40303265045", "", True),
        ("FR40303265044", "FR", False),
        ("40303265045", "FR", True),  # without the letters of its country
        ("EL094259216", "GR", True),
        ("GB980780684", "GB", True),
        ("XI980780684", "GB", True),
        ("12-3456789", "US", True),  # where nobody knows the rules
        ("n/a", "FR", False),
        ("²³", "FR", False),
        ("FR", "FR", False),
    ],
)
def test_is_valid(number, country, valid):
    assert is_valid(number, country) is valid


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("FR40303265045", "FR"),
        ("EL094259216", "GR"),
        ("GR094259216", ""),
        ("XI980780684", "GB"),
        ("CHE107787577", ""),
        ("094259216", ""),
        ("", ""),
    ],
)
def test_get_country(number, country):
    assert get_country(number) == country


@pytest.mark.parametrize(
    ("number", "country", "asked"),
    [
        ("FR 40 303 265 045", "FR", "FR40303265045"),
        ("40303265045", "FR", "FR40303265045"),
        ("094259216", "GR", "EL094259216"),
        ("XI980780684", "GB", "XI980780684"),
        ("GB980780684", "GB", ""),  # no member any more
        ("12-3456789", "US", ""),
        ("40303265045", "", ""),
        ("/", "FR", ""),
        ("", "FR", ""),
    ],
)
def test_to_vies(number, country, asked):
    assert to_vies(number, country) == asked
