"""What Odoo makes the PDFs of invoices with."""

from . import system_packages

NAMES = ("wkhtmltopdf",)
RESOLUTION = "Resolution: install wkhtmltopdf."


def find() -> str | None:
    """Return the path of wkhtmltopdf."""
    return system_packages.find(NAMES)


def find_or_install() -> str | None:
    """Return its path; as root on Debian or Ubuntu install it first."""
    return system_packages.find_or_install(NAMES, "wkhtmltopdf")
