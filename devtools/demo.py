"""``./dev demo``: an Odoo to try the addon in, with a small company and its shop."""

from . import (
    demo_check,
    demo_coopcycle_server,
    demo_database,
    demo_model_server,
    demo_server,
    demo_shop_server,
    odoo,
    state,
)
from .demo_visit import SAMPLE
from .odoo import Odoo
from .state import DevError

PORT = 8069


def demo(port: int | None, reset: bool, check: bool, version: str | None) -> int:
    """Serve the demonstration until it is interrupted, or check that it works."""
    if check:
        return demo_check.check(port, version)
    port = port or PORT
    demo_server.check_port(port)
    with odoo.session(version) as session:
        name = demo_database.prepare(session, reset)
        with (
            demo_shop_server.running(session, name, port + 1) as shop,
            demo_model_server.running(session, name, port + 2) as model,
            demo_coopcycle_server.running(session, name, port + 3) as instance,
        ):
            return _serve(session, name, port, shop, model, instance)


def _serve(
    session: Odoo, name: str, port: int, shop: str, model: str, instance: str
) -> int:
    log = state.log_file("demo")
    with demo_server.serving(session, name, port, log) as (address, server):
        print(f"\nOdoo:      {address}\nLogin:     admin\nPassword:  admin")
        print(f"Magento:   {shop} (simulated: its API, no pages to look at)")
        print(f"Model:     {model} (simulated: drafts the notes of invoices)")
        print(f"CoopCycle: {instance} (simulated, too)")
        print(f"Sample:    {SAMPLE}\nLog:       {log}")
        print("\nCtrl-C stops it.")
        server.wait()
        raise DevError(f"Odoo stopped by itself:\n{odoo.tail(log)}")
