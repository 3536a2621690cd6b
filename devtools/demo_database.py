"""The demonstration database: made once, and upgraded when the addon changes."""

from pathlib import Path

from . import database, demo_coopcycle_server, demo_shop_server, state
from .building import package
from .odoo import Odoo
from .state import ADDON, CHECKOUT, DevError

DATA = Path(__file__).with_name("demo_data.py")
SHOP_DATA = Path(__file__).with_name("demo_shop_data.py")
BILLING_DATA = Path(__file__).with_name("demo_billing_data.py")
SENDING_DATA = Path(__file__).with_name("demo_sending_data.py")
REMINDERS_DATA = Path(__file__).with_name("demo_reminders_data.py")
SERVICE_DATA = Path(__file__).with_name("demo_service_data.py")
BANKING_DATA = Path(__file__).with_name("demo_banking_data.py")
NOTING_DATA = Path(__file__).with_name("demo_noting_data.py")
DASHBOARD_DATA = Path(__file__).with_name("demo_dashboard_data.py")
COOPCYCLE_DATA = Path(__file__).with_name("demo_coopcycle_data.py")
FEATURES = (
    COOPCYCLE_DATA,
    BILLING_DATA,
    SENDING_DATA,
    REMINDERS_DATA,
    SERVICE_DATA,
    BANKING_DATA,
    NOTING_DATA,
    DASHBOARD_DATA,
)


def prepare(session: Odoo, reset: bool = False) -> str:
    """Return the demonstration database; make or upgrade it when that is needed."""
    name = database.name("demo", session)
    with state.lock("demo"):
        # A shop that has forgotten its orders goes with no company that remembers them
        if reset or not demo_shop_server.remembers(session):
            database.drop(session, name)
            demo_shop_server.forget(session)
            demo_coopcycle_server.forget(session)
        if not database.exists(session, name):
            _make(session, name)
        elif database.label(session, name) != _addon_version(session):
            state.say("Upgrading the addon in the demonstration database …")
            session.upgrade(name, ADDON)
            _run(session, name, SHOP_DATA, *FEATURES)
            database.set_label(session, name, _addon_version(session))
    return name


def furnish(session: Odoo, name: str):
    """Make the small company, what its shop sells and what bills itself."""
    _run(session, name, DATA, SHOP_DATA, *FEATURES)


def _make(session: Odoo, name: str):
    state.say("Making the demonstration database …")
    with database.fresh(session) as unfinished:
        furnish(session, unfinished)
        database.set_label(session, unfinished, _addon_version(session))
        database.rename(session, unfinished, name)


def _run(session: Odoo, name: str, *files: Path):
    if session.run_file(name, *files):
        names = " or ".join(map(str, files))
        raise DevError(f"{names} failed: the traceback is above.")


def _addon_version(session: Odoo) -> str:
    """Return a value that changes when the installed addon needs an upgrade."""
    return state.digest(repr(list(package.contents(CHECKOUT, session.version))))
