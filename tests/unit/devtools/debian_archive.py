"""A small archive of packages, laid and signed as Debian's is."""

import hashlib
import os
import subprocess
from pathlib import Path

SITE = "usr/lib/python3/dist-packages"
STATIC = f"{SITE}/odoo/addons/web/static/lib"
ODOO = {
    "usr/bin/odoo": "#!/usr/bin/python3\n",
    f"{SITE}/odoo/release.py": "version_info = (19, 0, 0, FINAL, 0, '')\n",
    f"{SITE}/odoo/addons/mail/__manifest__.py": "{'name': 'Discuss'}\n",
    f"{SITE}/addons/mail/__manifest__.py": "{'name': 'Discuss'}\n",
    f"{STATIC}/jquery/jquery.js": Path(
        "../../../../../../../../../share/javascript/jquery/jquery.js"
    ),
}
JQUERY = {"usr/share/javascript/jquery/jquery.js": "/*! jQuery */\n"}


class Key:
    """A key that signs archives, and the keyring that has it alone."""

    def __init__(self, folder: Path):
        self.keyring = folder / "keyring.gpg"
        folder.mkdir(mode=0o700)
        self._gpg = ["gpg", "--homedir", str(folder), "--batch", "--quiet", "--yes"]
        self._gpg += ["--pinentry-mode", "loopback", "--passphrase", ""]
        self._run("--quick-generate-key", "archive@example.org", "ed25519")
        self._run("--export", "--output", str(self.keyring))

    def sign(self, file: Path):
        signed = file.with_name("InRelease")
        self._run("--clearsign", "--output", str(signed), str(file))
        file.unlink()

    def _run(self, *arguments: str):
        subprocess.run([*self._gpg, *arguments], check=True)


class Archive:
    """An archive in a folder, which an apt reads by its address."""

    def __init__(self, folder: Path, label: str = "Debian"):
        self.folder, self.label = folder, label
        self.address = f"file:{folder}"

    def publish(self, suite: str, key: Key | None = None, **versions: str):
        """Have a suite list versions of Odoo and jQuery; sign the list, or not."""
        packages = {"odoo-19": ODOO, "libjs-jquery": JQUERY}
        lists = self.folder / "dists" / suite
        index = lists / "main" / f"binary-{_architecture()}" / "Packages"
        index.parent.mkdir(parents=True)
        index.write_text(
            "\n".join(
                self._describe(name, versions.get(name.replace("-", "_"), "1"), files)
                for name, files in packages.items()
            )
        )
        release = lists / "Release"
        release.write_text(
            f"Origin: {self.label}\nLabel: {self.label}\nSuite: {suite}\n"
            f"Codename: {suite}\nDate: Sat, 01 Aug 2026 00:00:00 UTC\n"
            f"Architectures: all {_architecture()}\nComponents: main\nSHA256:\n"
            f" {_sha256(index)} {index.stat().st_size} {index.relative_to(lists)}\n"
        )
        if key:
            key.sign(release)

    def _describe(self, name: str, version: str, files: dict) -> str:
        """Make a package, and return what the list says of it."""
        package = self.folder / "pool" / f"{name}_{version}_all.deb"
        control = (
            f"Package: {name}\nVersion: {version}\nArchitecture: all\n"
            "Maintainer: Nobody <nobody@example.org>\nDescription: a package\n"
        )
        _build(package, {**files, "DEBIAN/control": control})
        return (
            f"{control}Filename: {package.relative_to(self.folder)}\n"
            f"Size: {package.stat().st_size}\nSHA256: {_sha256(package)}\n"
        )


def _build(package: Path, files: dict):
    tree = package.with_suffix("")
    for name, content in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_text(content)
    command = ["dpkg-deb", "--root-owner-group", "--build", str(tree), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _architecture() -> str:
    command = ["dpkg", "--print-architecture"]
    return subprocess.check_output(command, text=True).strip()


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def configure_apt(monkeypatch, folder: Path, *lines: str, more: str = ""):
    """Give this machine's apt other sources, none of them read yet."""
    sources = folder / "sources.list"
    sources.write_text("".join(f"{line}\n" for line in lines))
    settings = folder / "apt.conf"
    settings.write_text(
        f'Dir::Etc::sourcelist "{sources}";\nDir::Etc::sourceparts "/dev/null";\n'
        f'Dir::State::lists "{folder}/lists";\n{more}'
    )
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("APT_CONFIG", os.fspath(settings))
