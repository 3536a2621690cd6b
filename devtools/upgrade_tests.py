"""The upgrade of a database that somebody works with, from an earlier version."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from . import (
    database,
    demo_shop_server,
    json_rpc,
    odoo,
    odoo_log,
    old_addon,
    schema,
    state,
)
from .demo_visit import SAMPLE
from .odoo import Odoo
from .state import ADDON, DevError
from .tally import Tally, show

# From where databases are upgraded
COMMITS = {
    "17.0.1.2.0": "34eef47c9d8d02ade1fcd106c97ae101ad66646b",
    "17.0.1.1.0": "485efa4ee79ba7d0c075d88975236b0b161ab4b5",
    "17.0.1.0.0": "d852e8b30de71803f751f75df6d1ded7a5daafcd",
    # Shows a field in a view that is gone since
    "before 17.0.1.0.0": "99505a0ef6790c9de42f32d3e8739420433c8051",
}
HERE = Path(__file__).parent
PLANT, DUMP, WORK = (HERE / f"upgrade_{name}.py" for name in ("plant", "dump", "work"))
# Computed then, from documents that are still there
GONE = {"magento_invoice_number"}
RENAMED = {"fallback": "fallbacks"}
# Who administers is given the groups that are new
GROWING = {"groups_id"}
# So many of a kind are shown; the others are alike
MOST_SHOWN = 20


def run(version: str, session: Odoo, installed: str, tally: Tally):
    """Upgrade from one of `COMMITS`, and count it as one test.

    :param installed: a new database that has the addon
    """
    try:
        old_addons = old_addon.addons_folder(COMMITS[version])
    except DevError as error:
        show(f"\nNOT RUN: THE UPGRADE TEST. {error}")
        return
    try:
        wrong = _run(version, session, installed, old_addons)
    except DevError as error:
        wrong = [str(error)]
    if wrong:
        shown = "\n".join(wrong[:MOST_SHOWN])
        tally.fail(f"{shown}\nThe upgrade from {version}: {len(wrong)} wrong.")
    else:
        tally.passed += 1


def _run(version: str, session: Odoo, installed: str, old_addons: Path) -> list[str]:
    with (
        tempfile.TemporaryDirectory() as folder,
        database.fresh(session, with_addon=False) as name,
        demo_shop_server.serving(Path(folder) / "shop.pickle") as shop,
    ):
        old_session = replace(session, addons=old_addons)
        before = _Upgrade(old_session, name, Path(folder), version)
        after = _Upgrade(session, name, Path(folder), version)
        was = before.plant(shop)
        invoices = _invoices(shop)
        if unwanted := after.upgrade():
            return [unwanted]
        is_now, wrong = after.work()
        wrong += _differences(was, is_now)
        new, upgraded = (session, installed), (session, name)
        wrong += [f"left over: {line}" for line in schema.only(upgraded, new)]
        wrong += [f"missing: {line}" for line in schema.only(new, upgraded)]
        if _invoices(shop) != invoices + 1:
            wrong.append(f"Magento has {_invoices(shop)} invoices, not {invoices} + 1.")
        return wrong


@dataclass
class _Upgrade:
    """A database on one side of the upgrade."""

    session: Odoo
    name: str
    folder: Path
    version: str

    def plant(self, shop: str) -> dict:
        """Work with the addon, and return what it keeps of that."""
        self.session.install(self.name, ADDON)
        devtools = self.session.addons / ADDON / "devtools"
        company = [devtools / "demo_data.py", devtools / "demo_shop_data.py"]
        self._run(*company, PLANT, DUMP, shop=shop)
        return self._read("dump")

    def upgrade(self) -> str:
        """Upgrade the addon, and return what should not be in the log."""
        log = state.log_file(f"upgrade-{self.version.replace(' ', '-')}")
        code = self.session.run(self.name, f"--update={ADDON}", "--no-http", log=log)
        unwanted = odoo_log.unwanted(log)
        if code or unwanted:
            return f"{unwanted or odoo.tail(log)}\nThe upgrade's log: {log}"
        return ""

    def work(self) -> tuple[dict, list[str]]:
        """Go on working.

        :return: what the addon kept before that, and what is wrong with the work
        """
        self._run(DUMP, WORK)
        return self._read("dump"), self._read("work")

    def _run(self, *files: Path, **given: str):
        given |= {"folder": str(self.folder), "sample": str(SAMPLE)}
        if self.session.run_file(self.name, *files, **given):
            names = ", ".join(file.name for file in files)
            raise DevError(f"One of {names} failed: the traceback is above.")

    def _read(self, name: str):
        return json.loads((self.folder / f"{name}.json").read_text())


def _differences(before: dict, after: dict) -> Iterator[str]:
    """Yield what is gone or has changed; what is new since is none."""
    for model, records in before.items():
        for id_, values in records.items():
            now = after.get(model, {}).get(id_)
            if now is None:
                yield f"{model} {id_} is gone."
                continue
            for field, value in values.items():
                if field in GONE:
                    continue
                field = RENAMED.get(field, field)
                if field not in now:
                    yield f"{model} {id_}: the field {field} is gone."
                elif field in GROWING and set(value) <= set(now[field]):
                    continue
                elif now[field] != value:
                    yield f"{model} {id_}: {field} was {value!r}, is {now[field]!r}."


def _invoices(shop: str) -> int:
    return len(json_rpc.fetch(f"{shop}/_simulator/book")["invoices"])
