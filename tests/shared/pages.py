"""Tests that ask Odoo for pages, with a browser or without."""

from odoo.tests import HttpCase
from odoo.tests.suite import OdooSuite

from .versions import QWeb, read_manifests

# What the pages of our tests have. What else a page asks for, Odoo makes then
BUNDLES = {
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_tests",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.report_assets_common",
    "web.report_assets_pdf",
}
_get_all_bundles = QWeb._get_bundles_to_pregenarate


def _get_bundles(self):
    return tuple(names & BUNDLES for names in _get_all_bundles(self))


# Odoo begins tests of pages with all bundles of all modules, its own tests in
# JavaScript included: that takes as long as ten tours
QWeb._get_bundles_to_pregenarate = _get_bundles


class PageCase(HttpCase):
    """Asks for pages of an Odoo that is at work already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        read_manifests()


def _asks_for_pages(suite):
    return any(isinstance(case, PageCase) for case in suite)


# What is asked for something else by HTTP needs no bundles at all
OdooSuite.has_http_case = _asks_for_pages
