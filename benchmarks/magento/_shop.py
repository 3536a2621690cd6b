"""A simulated Magento in a process of its own, as a shop is."""

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import requests

SIMULATOR = Path(__file__).parents[2] / "tests" / "simulators" / "magento"


class Shop:
    """What a benchmark tells the shop, and asks of it."""

    def __init__(self, told):
        self.told = told
        self.url = told["url"]

    def post(self, where, **body):
        """Tell the simulator something."""
        answer = requests.post(f"{self.url}/_simulator/{where}", json=body, timeout=300)
        answer.raise_for_status()
        return answer.json()

    def get(self, path):
        """Ask the simulator for something."""
        answer = requests.get(f"{self.url}/_simulator/{path}", timeout=300)
        answer.raise_for_status()
        return answer.json()

    def connect(self, env, **values):
        """Return a new `magento.connection` to the shop, with its configuration."""
        count = (
            env["magento.connection"].with_context(active_test=False).search_count([])
        )
        names = (
            "consumer_key",
            "consumer_secret",
            "access_token",
            "access_token_secret",
        )
        connection = env["magento.connection"].create(
            {
                "name": f"Shop {count}",
                "base_url": self.url,
                "import_since": False,
                **{name: self.told[name] for name in names},
                **values,
            }
        )
        connection.action_fetch_configuration()
        return connection


@contextmanager
def open_shop():
    """Open a shop for a while."""
    process = subprocess.Popen(
        [sys.executable, str(SIMULATOR / "__main__.py")], stdout=subprocess.PIPE
    )
    try:
        yield Shop(json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
