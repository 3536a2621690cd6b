"""What is wrong with a file: codes and values, to be worded by who shows them."""

from dataclasses import dataclass, field, replace

# The whole column is ambiguous or none of it: one answer settles all its rows.
_ONE_FOR_ALL_VALUES = {"date_ambiguous"}


@dataclass(frozen=True, slots=True)
class Fault:
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


class Faults:
    """Collects faults: the same one in another row is not another one."""

    def __init__(self) -> None:
        self._noted: dict[tuple, tuple[Fault, list[int]]] = {}

    def add(
        self,
        code: str,
        row: int | None = None,
        column: str = "",
        value: str = "",
        **params: str,
    ) -> None:
        """Note a fault, or one more row of it."""
        fault = Fault(code, (), column, value, params)
        same_value = "" if code in _ONE_FOR_ALL_VALUES else value
        key = (code, column, same_value, *params.items())
        _, rows = self._noted.setdefault(key, (fault, []))
        if row is not None:
            rows.append(row)

    def in_order(self) -> tuple[Fault, ...]:
        """Return the faults in the order in which they were first noted."""
        return tuple(
            replace(fault, rows=tuple(rows)) for fault, rows in self._noted.values()
        )
