"""What is done once when a transaction ends, for all that came up in it."""


def do_at_commit(records, method):
    """Call a method of records just before the transaction is committed.

    However often that is asked for, it is called once, for all of them.

    :param str method: its name
    """
    model, precommit = records.browse(), records.env.cr.precommit
    key = (model._name, method)

    def call():
        getattr(model.browse(precommit.data.pop(key)).exists(), method)()
        model.env.flush_all()  # the main flush is over

    if key not in precommit.data:
        precommit.data[key] = set()
        precommit.add(call)
    precommit.data[key].update(records.ids)
