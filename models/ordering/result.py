from dataclasses import dataclass, fields


@dataclass
class PageResult:
    """How many orders of one or more pages had which fate."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    failed: int = 0

    def __add__(self, other):
        return PageResult(
            **{
                field.name: getattr(self, field.name) + getattr(other, field.name)
                for field in fields(self)
            }
        )
