"""What is wrong with a file: codes and values, to be worded by who shows them."""

from dataclasses import dataclass, field

# The whole column is ambiguous or none of it: one answer settles all its rows.
_ONE_FOR_ALL_VALUES = {"date_ambiguous"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with all rows in which it is.

    :param code: what is wrong, such as ``price_invalid``
    :param rows: as a spreadsheet counts them; none for the file's own faults
    :param column: role, or header text where there is no role
    :param value: what the file has there
    :param params: further details, such as ``{"reason": "too_large"}``
    """

    code: str
    rows: tuple[int, ...] = ()
    column: str = ""
    value: str = ""
    params: dict[str, str] = field(default_factory=dict)


class Findings:
    """Collects findings: the same one in another row is not another one."""

    def __init__(self) -> None:
        self._rows: dict[tuple, list[int]] = {}
        self._findings: dict[tuple, tuple[str, dict[str, str]]] = {}

    def add(
        self,
        code: str,
        row: int | None = None,
        column: str = "",
        value: str = "",
        **params: str,
    ) -> None:
        """Note a finding, or one more row of it."""
        same = "" if code in _ONE_FOR_ALL_VALUES else value
        key = (code, column, same, *params.items())
        self._findings.setdefault(key, (value, params))
        rows = self._rows.setdefault(key, [])
        if row is not None:
            rows.append(row)

    def in_order(self) -> tuple[Finding, ...]:
        """Return the findings as they were noted."""
        return tuple(
            Finding(key[0], tuple(self._rows[key]), key[1], value, params)
            for key, (value, params) in self._findings.items()
        )
