"""What a change of fields makes outdated."""

from contextlib import contextmanager
from unittest.mock import patch

_found = {}  # {a registry's triggers, by id: (they, {fields, by id: (they, a tree)})}


@contextmanager
def kept_triggers(registry):
    """Find what fields make outdated once, not at each change of a record.

    Odoo puts the trees of all fields together each time, which is a tenth of what
    tests take. What is chosen of them is the same.
    """
    find = registry.get_trigger_tree

    def get(fields, select=bool):
        triggers, fields = registry._field_triggers, list(fields)
        if id(triggers) not in _found:
            _found.clear()  # what is of models before they were set up anew
            _found[id(triggers)] = triggers, {}
        _triggers, trees = _found[id(triggers)]
        key = tuple(map(id, fields))
        if key not in trees:
            trees[key] = fields, find(fields, lambda _field: True)
        return _choose(trees[key][1], select)

    with patch.object(registry, "get_trigger_tree", get):
        yield


def _choose(tree, select):
    chosen = type(tree)([field for field in tree.root if select(field)])
    for label, subtree in tree.items():
        if found := _choose(subtree, select):
            chosen[label] = found
    return chosen
