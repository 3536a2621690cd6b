"""Packages of a Debian suite, by this machine's apt and its mirrors.

apt works in a folder of its own: it needs no root, and the system stays as it is.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from . import process
from .state import DevError

# Debian's apt always comes with it, that of others does not.
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCE = """\
Types: deb
URIs: {mirror}
Suites: {suite}
Components: main
Targets: Packages
Signed-By: {keyring}
Allow-Insecure: no
Allow-Weak: no
"""
# The system's own hooks and pins are for the system's own packages. Nothing counts as
# installed. As root, apt would work as a user who may not enter a home folder.
SETTINGS = """\
#clear APT::Architectures;
#clear APT::Update;
APT::Default-Release "{suite}";
APT::Get::AllowUnauthenticated "false";
APT::Sandbox::User "root";
Dir::Cache "{folder}/cache";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "{folder}/debian.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::State "{folder}/state";
Dir::State::lists "{folder}/state/lists";
Dir::State::status "/dev/null";
"""


def mirrors() -> list[str]:
    """Return the mirrors of this machine's apt that are Debian's, or may be.

    Once apt has read a mirror's lists it knows whose they are; before that, only their
    signature will tell.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists()):
        return []
    labels = dict.fromkeys(_targets("$(REPO_URI)", "--no-release-info"))
    for line in _targets("$(LABEL) $(REPO_URI)"):
        label, _, mirror = line.rpartition(" ")
        if labels.get(mirror) != "Debian":
            labels[mirror] = label
    return [
        mirror.rstrip("/")
        for mirror, label in labels.items()
        if label in (None, "Debian") and not mirror.startswith("cdrom:")
    ]


def download(suite: str, packages: list[str], folder: Path) -> list[Path]:
    """Download the newest of some packages into a folder, and return their files.

    :raise DevError: no mirror has them in lists that Debian signed
    """
    known = mirrors()
    if not known:
        raise DevError("This machine has no apt with a mirror of Debian and its keys.")
    for mirror in known:
        settings = _settle(mirror, suite, folder)
        if all(
            run(["apt-get", "--config-file", str(settings), *command], folder)
            for command in (["update"], ["download", *packages])
        ):
            return [next(folder.glob(f"{package}_*.deb")) for package in packages]
    raise DevError(
        f"apt did not get {' and '.join(packages)} of Debian's suite {suite}: it tells "
        "why above.\nResolution: reach a mirror of Debian (apt's own settings hold)."
    )


def run(command: list[str], folder: Path) -> bool:
    """Run a program that tells the developer how it goes; tell whether it succeeded."""
    with process.running(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr
    ) as program:
        return program.wait() == 0


def _targets(form: str, *options: str) -> list[str]:
    """Return something of each list of packages that apt would update."""
    command = ["apt-get", "indextargets", *options, f"--format={form}"]
    done = subprocess.run(
        [*command, "Created-By: Packages"], capture_output=True, text=True
    )
    return done.stdout.splitlines()


def _settle(mirror: str, suite: str, folder: Path) -> Path:
    """Write what makes apt know this suite alone, and keep to a folder."""
    for name in ("cache/archives/partial", "state/lists/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    source = SOURCE.format(mirror=mirror, suite=suite, keyring=KEYRING)
    (folder / "debian.sources").write_text(source)
    settings = folder / "apt.conf"
    settings.write_text(SETTINGS.format(suite=suite, folder=folder))
    return settings
