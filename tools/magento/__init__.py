"""Talking to Magento 2's REST; it knows nothing of Odoo."""

from ..http.auth import BearerAuth
from .auth import OAuth1
from .client import MagentoClient
from .dates import format_datetime, parse_datetime
from .errors import (
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    MagentoSettingError,
    MagentoUnknownOutcome,
)
from .listing import Broken, may_be_of_one
from .paging import Page
from .search import Filter, SearchCriteria
from .sending import Job, Outcome, send_all
from .urls import normalise_base_url
