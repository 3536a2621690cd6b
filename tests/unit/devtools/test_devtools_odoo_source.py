"""Which Odoo is taken: what is here, or else what can be had."""

import io
import tarfile
from pathlib import Path

import pytest

from devtools import debian, odoo_source, official, state
from devtools.state import DevError

FOUND = "version_info = ({}, 0, 0, FINAL, 0, '')\n"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """A home folder without any Odoo, on a machine that reaches nobody."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(official, "ARCHIVE", (tmp_path / "none.tar.gz").as_uri())
    monkeypatch.setattr(debian, "available", lambda: False)
    return tmp_path


def _put(folder: Path, number: int) -> Path:
    """Put an Odoo's source into a folder."""
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo-bin").touch()
    (folder / "odoo" / "release.py").write_text(FOUND.format(number))
    return folder


def _put_package(folder: Path) -> Path:
    """Put Debian's package into a folder."""
    (folder / debian.PYTHON / "odoo").mkdir(parents=True)
    release = folder / debian.PYTHON / "odoo" / "release.py"
    release.write_text(FOUND.format(19))
    return folder


@pytest.fixture
def published(monkeypatch, home):
    """Odoo's makers are within reach."""
    archive = home / "odoo.tar.gz"
    release = FOUND.format(17).encode()
    with tarfile.open(archive, "w:gz") as contents:
        for name, content in (("odoo-bin", b""), ("odoo/release.py", release)):
            entry = tarfile.TarInfo(f"odoo-17.0/{name}")
            entry.size = len(content)
            contents.addfile(entry, io.BytesIO(content))
    monkeypatch.setattr(official, "ARCHIVE", archive.as_uri())


@pytest.fixture
def packaged(monkeypatch):
    """Debian is within reach."""
    monkeypatch.setattr(debian, "available", lambda: True)
    monkeypatch.setattr(
        debian, "download", lambda: _put_package(state.cache() / "odoo-19.0")
    )


def _versions(sources):
    return [source.version for source in sources]


def _all():
    left_out = {}
    found = odoo_source.locate_all(lambda version, why: left_out.update({version: why}))
    return _versions(found), left_out


def test_the_oldest_that_is_here_is_taken(home, published, packaged):
    _put(home / "odoo" / "19.0", 19)
    newest = _put(home / "odoo" / "18.0", 18)
    assert odoo_source.locate().home == newest
    assert odoo_source.locate("19.0").version == "19.0"
    assert _versions(odoo_source.find_all().values()) == ["18.0", "19.0"]


def test_a_folder_with_another_version_is_not_taken(home):
    _put(home / "odoo" / "17.0", 16)
    _put(home / "odoo" / "18.0", 17)
    assert odoo_source.find_all() == {}


def test_odoo_home_is_taken_before_others_and_the_others_can_be_chosen(
    home, monkeypatch
):
    _put(home / "odoo" / "17.0", 17)
    _put(home / "odoo" / "19.0", 19)
    mine = _put(home / "mine", 19)
    monkeypatch.setenv("ODOO_HOME", "~/mine")
    assert odoo_source.locate().home == odoo_source.locate("19.0").home == mine
    assert odoo_source.locate("17.0").home == home / "odoo" / "17.0"
    assert _all()[0] == ["17.0", "19.0"]


@pytest.mark.parametrize("number", [None, 16])
def test_odoo_home_without_a_version_that_is_known_is_an_error(
    number, home, monkeypatch
):
    mine = _put(home / "mine", number) if number else home
    monkeypatch.setenv("ODOO_HOME", str(mine))
    with pytest.raises(DevError, match=r"holds no Odoo 17\.0, 18\.0 or 19\.0"):
        odoo_source.locate()


def test_debians_package_is_an_odoo(home):
    package = _put_package(home / "odoo" / "19.0")
    source = odoo_source.locate()
    assert source.program == package / "usr" / "bin" / "odoo"
    assert source.addons == (package / debian.PYTHON / "odoo" / "addons",)
    assert source.variables() == {"PYTHONPATH": str(package / debian.PYTHON)}


def test_where_there_is_none_the_official_one_is_downloaded_once(
    published, packaged, capfd
):
    source = odoo_source.locate()
    assert source.home == state.cache() / "odoo-17.0"
    assert "Odoo 17.0 is in " in capfd.readouterr().err
    Path(official.ARCHIVE.removeprefix("file://")).unlink()
    assert odoo_source.locate("17.0") == source
    assert capfd.readouterr().err == ""


def test_debians_is_taken_where_the_official_one_is_out_of_reach(packaged, capfd):
    assert odoo_source.locate().home == state.cache() / "odoo-19.0"
    [said] = capfd.readouterr().err.splitlines()
    assert "cannot be downloaded" in said and "Debian has an Odoo 19" in said
    assert odoo_source.locate().version == "19.0"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("length", [0, 30, 100])
def test_a_download_that_breaks_off_leaves_nothing(length, published):
    archive = Path(official.ARCHIVE.removeprefix("file://"))
    archive.write_bytes(archive.read_bytes()[:length])
    with pytest.raises(DevError, match="cannot be downloaded"):
        odoo_source.locate("17.0")
    assert {path.suffix for path in state.cache().iterdir()} == {".lock"}


@pytest.mark.parametrize("version", [None, "17.0", "18.0", "19.0"])
def test_what_cannot_be_had_is_told_with_its_remedy(version):
    with pytest.raises(
        DevError, match=r"(?s)not on this machine.*Resolution: .*~/odoo"
    ):
        odoo_source.locate(version)


def test_all_are_tested_that_are_here_and_debians(home, packaged):
    _put(home / "odoo" / "17.0", 17)
    found, left_out = _all()
    assert found == ["17.0", "19.0"]
    assert list(left_out) == ["18.0"] and "~/odoo/18.0" in left_out["18.0"]


def test_one_that_is_here_is_tested_though_debian_fails(home, packaged, monkeypatch):
    def fail():
        raise DevError("apt did not get it.")

    _put(home / "odoo" / "17.0", 17)
    monkeypatch.setattr(debian, "download", fail)
    found, left_out = _all()
    assert found == ["17.0"]
    assert left_out["19.0"] == "apt did not get it."


def test_where_there_is_none_all_that_can_be_had_are_tested(published, packaged):
    found, left_out = _all()
    assert found == ["17.0", "19.0"]
    assert list(left_out) == ["18.0"]
