"""What the simulated servers say to what is no proper request."""

import socket

import pytest
import requests
from simulators.coopcycle import CoopcycleSimulator
from simulators.llm import LlmSimulator
from simulators.magento import MagentoSimulator


@pytest.fixture(params=[CoopcycleSimulator, LlmSimulator, MagentoSimulator])
def simulator(request):
    with request.param() as started:
        yield started


@pytest.mark.parametrize("length", ["x", "-1", "²", "1e3"])
def test_a_length_that_is_none(simulator, length):
    place = ("127.0.0.1", int(simulator.url.split(":")[2].split("/")[0]))
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(place, timeout=5) as connection:
        connection.sendall(head.encode("latin-1"))
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("body", ["{", "[]", "\xff", '"x"', "1"])
def test_a_body_that_is_no_object(capfd, body):
    """They say so, and nothing of their own fails."""
    with CoopcycleSimulator() as instance, LlmSimulator() as model:
        instance.add_application(instance.add_store("Acme"))
        answer = requests.post(
            f"{instance.url}/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(instance.key, instance.secret),
            timeout=5,
        )
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        for url in (
            f"{instance.url}/api/deliveries",
            f"{model.url}/chat/completions",
        ):
            answer = requests.post(url, body.encode(), headers=headers, timeout=5)
            assert answer.status_code == 400
    assert not capfd.readouterr().err
