"""The browser that Odoo drives in the tours."""

from . import system_packages

# The names that Odoo itself looks for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
RESOLUTION = "Resolution: install Chromium or Google Chrome."


def find() -> str | None:
    """Return the path of a browser of this machine."""
    return system_packages.find(NAMES)


def find_or_install() -> str | None:
    """Return the path of a browser; as root on Debian or Ubuntu install one first."""
    return system_packages.find_or_install(NAMES, "chromium")
