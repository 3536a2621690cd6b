"""How good suggestions are, where it is known what each line pays."""


def measure(payments, found):
    """Count what was found.

    :param payments: of `_month.Month`
    :param found: payment's id → suggestions: the ids of their items, and whether each
        is certain; the best first
    :return: how many are ``certain`` and ``certain_wrong``, and in how many of the rest
        that pay something the right one is among them (``likely_right`` of ``rest``);
        and how many have ``none``
    :rtype: dict
    """
    counts = dict.fromkeys(
        ("certain", "certain_wrong", "likely_right", "rest", "none"), 0
    )
    for payment in payments:
        suggestions = found[payment.id]
        counts["none"] += not suggestions
        if suggestions and suggestions[0][1]:
            counts["certain"] += 1
            counts["certain_wrong"] += suggestions[0][0] != payment.pays
        elif payment.pays:
            counts["rest"] += 1
            counts["likely_right"] += payment.pays in [each for each, _c in suggestions]
    return counts
