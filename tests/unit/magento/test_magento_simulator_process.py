"""The simulated Magento as a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

TESTS = Path(__file__).parents[2]


@pytest.fixture(
    params=[["-m", "simulators.magento"], ["simulators/magento/__main__.py"]],
    ids=["module", "path"],
)
def process(request):
    """Return what the process says of itself."""
    arguments = ["--seed", "demo", "--orders", "20", "--bearer"]
    with subprocess.Popen(
        [sys.executable, *request.param, *arguments],
        cwd=TESTS,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        yield json.loads(running.stdout.readline())
        running.terminate()


def test_others_look_into_it_and_act_in_it(process):
    def control(method, name, **given):
        url = f"{process['url']}/_simulator/{name}"
        return requests.request(method, url, json=given, timeout=10)

    def call(method, path):
        headers = {"Authorization": f"Bearer {process['access_token']}"}
        url = f"{process['url']}/rest{path}"
        return requests.request(method, url, headers=headers, json={}, timeout=10)

    count = len(control("GET", "book").json()["orders"])
    assert count > 45
    order = control("POST", "orders", lines=[["SKU-001", 3]]).json()
    number, item = order["entity_id"], order["items"][0]["item_id"]
    control("POST", "admin/invoice", order_id=number, items={item: 1})
    book = control("GET", "book").json()
    assert book["orders"][-1]["items"][0]["qty_invoiced"] == 1
    assert book["invoices"][-1]["items"] == [
        {"order_item_id": item, "sku": "SKU-001", "qty": 1}
    ]
    control("POST", "faults", kind="maintenance", times=1)
    control("POST", "rights", lacking=["Magento_Sales::ship"])
    statuses = [call("POST", f"/V1/order/{number}/ship").status_code for _n in "ab"]
    assert statuses == [503, 401]
    assert len(control("GET", "requests").json()) == 2
    assert control("GET", "faults").json()[0]["kind"] == "maintenance"
    assert control("POST", "admin/invoice", order_id=number, x=1).status_code == 400
    assert control("POST", "admin/nothing").status_code == 404
    control("POST", "reset")
    assert control("GET", "book").json()["orders"] == []
