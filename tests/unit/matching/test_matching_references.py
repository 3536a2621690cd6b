"""Payment references with check digits (4.38)."""

import pytest
from matching_records import best, item

from tools.matching import references

VALID = [
    ("rf", "RF18 5390 0754 7034"),
    ("rf", "RF18 5390 0754 70Y"),
    ("be", "+++090/9337/55493+++"),
    ("ch", "21 00000 00003 13947 14300 09017"),
    ("fi", "1234561"),
    ("fi", "12345 67894"),
    ("no", "1234567894"),
    ("no", "1234567890128"),
]


@pytest.mark.parametrize(("kind", "reference"), VALID)
def test_check_digits_are_checked(kind, reference):
    assert references.kind(reference)
    if kind in ("rf", "be", "ch"):
        assert references.kind(reference) == kind
    digits = references.key(reference)
    wrong = f"{digits[:5]}{(int(digits[5]) + 1) % 10}{digits[6:]}"
    assert references.kind(wrong) != kind


@pytest.mark.parametrize(
    ("check", "digits", "wrong"),
    [
        ("fi", "12345672", "12345673"),
        ("fi", "1232", "1233"),
        ("be", "90933755493", "90933755494"),
        ("no", "12345678903", "12345678904"),
        ("ch", "1878583", "1878584"),
    ],
)
def test_each_kind_has_its_own_rule(check, digits, wrong):
    assert references._CHECKS[check](digits)
    assert not references._CHECKS[check](wrong)


@pytest.mark.parametrize(
    "text",
    [
        "RF18 5390 0754 7034",
        "RF18539007547034",
        "/RFB/rf18 5390-0754.7034 merci",
        "votre ref: RF18539007547034, facture",
    ],
)
def test_a_reference_is_certain_in_any_spelling(text):
    items = [item(7, 4200, reference="RF18539007547034")]
    ids, _kind, confidence, codes = best(4200, text, items=items, name="Nobody Known")
    assert (ids, confidence) == ((7,), "certain")
    assert "reference" in codes


@pytest.mark.parametrize(
    "text",
    ["+++090/9337/55493+++", "090933755493", "***090/9337/55493***", "90933755493"],
)
def test_a_belgian_reference_is_found(text):
    items = [item(7, 4200, reference="+++090/9337/55493+++")]
    assert best(4200, text, items=items)[2] == "certain"
    assert best(4200, "", items=items, reference=text)[2] == "certain"


def test_a_wrong_digit_names_nothing():
    items = [item(7, 4200, reference="RF18539007547034")]
    assert "reference" not in best(4200, "RF18539007547043", items=items)[3]
    assert best(4200, "RF18539007547043", items=items)[2] != "certain"


def test_one_reference_for_all_of_a_customer_leaves_the_amount_to_tell():
    same = {"reference": "RF18539007547034"}
    items = [item(n, 1000 * n, **same) for n in (1, 2, 4)]
    assert best(4000, "RF18539007547034", items=items)[:3] == ((4,), "exact", "certain")
    ids, kind, _confidence, _codes = best(3000, "RF18539007547034", items=items)
    assert (ids, kind) == ((1, 2), "sum")
    twins = [item(n, 1000, **same) for n in (1, 2)]
    assert best(1000, "RF18539007547034", items=twins)[2] == "likely"


def test_a_number_whose_digits_happen_to_fit_is_no_reference():
    items = [item(7, 4200, numbers=("1234567894",))]
    assert references.kind("1234567894")
    assert "reference" not in best(4200, "1234567894", items=items)[3]
