import json
import random

from ..simulators.breakage import BREAKAGES, break_field, fields_of

# What an order or document is to have cost nobody: it came in, or waits with a cause
SLOW_PATH = "odoo.addons.coopcycle_magento.models.magento.ordering.importing.slow_path"


class BrokenRecords:
    """Records of a shelf of the simulated shop, broken in one field each."""

    def draw_breakages(self, record, seed, count):
        """Return [(path of a field, kind of breakage)] by chance."""
        draw = random.Random(seed)
        paths = list(fields_of(record))
        return [
            (draw.choice(paths), draw.choice(list(BREAKAGES)))
            for _number in range(count)
        ]

    def break_record(self, shelf, document, path, breakage):
        """Let the shop list a document with a field that is broken."""
        shown = json.loads(json.dumps(shelf.shown(document)))
        text = break_field(shown, path, BREAKAGES[breakage])
        shelf.show_as(document["entity_id"], text)

    def find_waiting(self, kind, document):
        """Return what waits of a record, also if its id is what is broken."""
        documents = self.su["magento.document"].search(
            [("connection_id", "=", self.connection.id), ("kind", "=", kind)]
        )
        number = str(document["entity_id"])
        own = documents.filtered(lambda each: each.magento_id == number)
        return own or documents.filtered(
            lambda each: each.magento_id.startswith("without-id")
        )
