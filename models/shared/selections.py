"""Fields that offer, or show, what a field of another model may be."""


def selection_of(model, name):
    """Return the `selection` of a field that is the same as another model's.

    :param str model: the other model
    :param str name: of its field; what other addons add to that is there as well
    """
    return lambda self: self.env[model]._fields[name]._description_selection(self.env)
