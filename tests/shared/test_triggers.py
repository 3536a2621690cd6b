from odoo.tests import TransactionCase, tagged

from .triggers import kept_triggers

MODELS = ("account.move", "sale.order.line", "stock.move", "res.partner")


@tagged("post_install", "-at_install")
class TestKeptTriggers(TransactionCase):
    """What tests keep of fields is what Odoo finds each time."""

    def test_same_as_odoo(self):
        for model in MODELS:
            fields = list(self.env[model]._fields.values())
            for chosen in (fields, fields[::7], []):
                for select in (bool, lambda field: field.store, lambda _field: False):
                    expected = self.find(chosen, select)
                    with kept_triggers(self.registry):
                        found = [self.find(chosen, select) for _time in range(2)]
                    with self.subTest(model):
                        self.assertEqual(found, [expected] * 2)

    def find(self, fields, select):
        return self.shape(self.registry.get_trigger_tree(fields, select=select))

    def shape(self, tree):
        subtrees = [(label, self.shape(subtree)) for label, subtree in tree.items()]
        return list(tree.root), subtrees
