"""Odoo 19 out of Debian's package: who is trusted, and what is made of it."""

import shutil
import subprocess

import pytest
from debian_archive import STATIC, Archive, Key, configure_apt

from devtools import apt, debian, state
from devtools.state import DevError

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("apt-get", "dpkg-deb", "gpg"))),
    reason="needs apt, dpkg and gpg",
)
# What would let an apt take what nobody vouches for
CARELESS = """
Acquire::AllowInsecureRepositories "true";
Acquire::AllowWeakRepositories "true";
APT::Get::AllowUnauthenticated "true";
"""


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """The key that stands for Debian's."""
    folder = tmp_path_factory.mktemp("key")
    yield Key(folder / "gpg")
    command = ["gpgconf", "--homedir", str(folder / "gpg"), "--kill", "gpg-agent"]
    subprocess.run(command, check=True)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path, key):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(apt, "KEYRING", key.keyring)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """The mirror that this machine's apt has."""
    archive = Archive(tmp_path / "debian")
    configure_apt(monkeypatch, tmp_path, f"deb {archive.address} bookworm main")
    return archive


def _cached():
    return [path.name for path in state.cache().iterdir() if path.suffix != ".lock"]


def _refused():
    with pytest.raises(DevError, match="apt did not get odoo-19"):
        debian.download()
    return debian.find() is None and _cached() == []


def test_the_package_is_unpacked_and_made_whole(archive, key, capfd):
    archive.publish("sid", key, odoo_19="19.0.1+dfsg-3", libjs_jquery="3.7.1-1")
    assert debian.available() and not debian.find()
    home = debian.download()
    assert home == debian.find() and _cached() == ["odoo-19.0"]
    assert (home / "usr/bin/odoo").is_file()
    assert (home / STATIC / "jquery" / "jquery.js").read_text() == "/*! jQuery */\n"
    assert (home / debian.PYTHON / "odoo/addons" / debian.BLUR).is_file()
    assert not (home / debian.PYTHON / "addons").exists()
    told = capfd.readouterr().err
    assert "Debian's odoo-19 19.0.1+dfsg-3 with libjs-jquery 3.7.1-1" in told


def test_the_second_time_nobody_is_asked(archive, key, capfd):
    archive.publish("sid", key)
    home = debian.download()
    shutil.rmtree(archive.folder)
    capfd.readouterr()
    assert debian.download() == home
    assert capfd.readouterr().err == ""


def test_a_list_that_nobody_signed_is_refused(archive, tmp_path, monkeypatch):
    archive.publish("sid")
    line = f"deb [trusted=yes] {archive.address} bookworm main"
    configure_apt(monkeypatch, tmp_path, line, more=CARELESS)
    assert _refused()


def test_a_list_that_another_signed_is_refused(archive, tmp_path):
    other = Key(tmp_path / "gpg")
    archive.publish("sid", other)
    assert _refused()


def test_a_package_that_is_not_the_listed_one_is_refused(archive, key):
    archive.publish("sid", key)
    [package] = archive.folder.glob("pool/odoo-19_*.deb")
    package.write_bytes(package.read_bytes()[:-1] + b"?")
    assert _refused()


def test_a_mirror_without_the_suite_makes_place_for_the_next(
    archive, key, tmp_path, monkeypatch
):
    archive.publish("sid", key)
    lines = [
        f"deb file:{tmp_path}/{name} bookworm main" for name in ("other", "debian")
    ]
    configure_apt(monkeypatch, tmp_path, *lines)
    assert debian.download() == debian.find()


def test_mirrors_of_others_are_not_asked(tmp_path, monkeypatch):
    other = Archive(tmp_path / "other", "Other")
    other.publish("sid")
    line = f"deb [trusted=yes] {other.address} sid main"
    configure_apt(monkeypatch, tmp_path, line)
    assert debian.available()  # it was not read yet
    subprocess.run(["apt-get", "update"], check=True)
    assert not debian.available()
    with pytest.raises(DevError, match="no apt with a mirror of Debian"):
        debian.download()


def test_an_apt_without_debians_keys_is_not_debians(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(apt, "KEYRING", tmp_path / "no.gpg")
    assert not debian.available()


def test_the_systems_hooks_pins_and_lists_are_left_alone(
    archive, key, tmp_path, monkeypatch
):
    archive.publish("sid", key)
    pins = tmp_path / "pins"
    pins.write_text("Package: odoo-19\nPin: release n=sid\nPin-Priority: -1\n")
    more = (
        f'APT::Update::Post-Invoke {{"touch {tmp_path}/hook";}};\n'
        f'Dir::Etc::preferences "{pins}";\nAPT::Default-Release "bookworm";\n'
    )
    configure_apt(
        monkeypatch, tmp_path, f"deb {archive.address} bookworm main", more=more
    )
    assert debian.download() == debian.find()
    assert not (tmp_path / "hook").exists()
    assert [path.name for path in (tmp_path / "lists").iterdir()] == ["partial"]
