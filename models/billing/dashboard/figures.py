"""What the cards of the dashboard are made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Card:
    """A card of the dashboard, which stands for its figures.

    :param str title: in the user's language
    :param int place: where it stands among the others
    :param models: whose records it is about; who may not read them does not see it
    """

    title: str
    place: int
    models: tuple


@dataclass(frozen=True)
class Figure:
    """A number of a card: what it counts is what a click at it opens.

    :param str key: what it is called in its card
    :param str label: in the user's language
    :param str model: of the records that are counted
    :param str action: external id of the window action that lists them
    :param list domain: of the records; they have a field `company_id`
    :param split: (field, values): more of the domain, which is counted value by value,
        so that figures that differ in these values alone are read by one query
    :param str amount: the field that is summed up, None: they are only counted
    :param str currency: the field with the currency of the amount, None: the company's
    :param str read_sums: in place of both: the method of the dashboard that returns
        [(res.company, amount in its currency)] of a domain
    :param str level: how loud it is where there is something: "warning" or "danger"
    :param bool is_optional: it is left out where there is nothing
    :param needs: other models that the domain reads; who may not does not see it
    :param dict context: of the list
    """

    key: str
    label: str
    model: str
    action: str
    domain: list
    split: tuple | None = None
    amount: str | None = None
    currency: str | None = None
    read_sums: str | None = None
    level: str = ""
    is_optional: bool = False
    needs: tuple = ()
    context: dict = field(default_factory=dict)

    @property
    def whole_domain(self):
        """Return the domain of what is counted, as lists can take it."""
        if not self.split:
            return self.domain
        name, values = self.split
        return [*self.domain, (name, "in", list(values))]

    @property
    def source(self):
        """Return what is alike in all figures that one query reads."""
        if not self.split:
            return self.key, self.model
        split = self.split[0]
        return self.model, repr(self.domain), split, self.amount, self.currency
