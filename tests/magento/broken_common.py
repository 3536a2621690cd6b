import json
import random

from ...tools.magento.amounts import MalformedOrderError
from ...tools.magento.answers import Answer, Call, read_answer
from ..simulators.breakage import BREAKAGES, break_fields, fields_of

# It says what Odoo refused
SLOW_PATH = "odoo.addons.coopcycle_magento.models.magento.ordering.importing.slow_path"


class BrokenRecords:
    """Records of a shelf of the simulated shop, broken in one field each."""

    def draw_breakages(self, record, seed, *readers):
        """Return what is broken of each of some records: every field, by chance.

        What a reader notices is broken alone, and all the rest in one record.

        :param readers: functions of the decoded record
        :return: lists of (path, kind of breakage)
        """
        draw = random.Random(seed)
        alone, together = [], []
        for path in fields_of(record):
            breakage = (path, draw.choice(list(BREAKAGES)))
            if self.is_noticed(record, breakage, readers):
                alone.append([breakage])
            elif not any(path[: len(upper)] == upper for upper, _kind in together):
                together.append(breakage)
        return [*alone, together]

    def is_noticed(self, record, breakage, readers):
        """Say whether a reader reads another thing than of the sound record."""
        sound, broken = (
            self.decode(break_fields(record, [(path, BREAKAGES[kind])] * count))
            for count, (path, kind) in ((0, breakage), (1, breakage))
        )
        try:
            return any(read(broken) != read(sound) for read in readers)
        except MalformedOrderError:
            return True

    @staticmethod
    def decode(text):
        answer = Answer("http://shop/x", 200, {}, text.encode())
        return read_answer(Call("GET", "x"), answer)

    def break_record(self, shelf, document, *breakages):
        """Let the shop list a document with fields that are broken.

        :param breakages: (path, kind of breakage) of each
        """
        shown = json.loads(json.dumps(shelf.shown(document)))
        texts = [(path, BREAKAGES[kind]) for path, kind in breakages]
        shelf.show_as(document["entity_id"], break_fields(shown, texts))

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
