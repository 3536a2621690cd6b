import json
import random

from ..simulators.breakage import BREAKAGES, break_field, fields_of

# It says what Odoo refused
SLOW_PATH = "odoo.addons.coopcycle_magento.models.magento.ordering.importing.slow_path"


class BrokenRecords:
    """Records of a shelf of the simulated shop, broken in one field each."""

    def draw_breakages(self, record, seed):
        """Return [(path of each field in turn, kind of breakage by chance)]."""
        draw = random.Random(seed)
        return [(path, draw.choice(list(BREAKAGES))) for path in fields_of(record)]

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
