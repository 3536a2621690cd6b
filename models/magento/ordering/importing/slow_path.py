"""All at once, or one by one where that is refused."""

import logging

from psycopg2 import OperationalError

from odoo.exceptions import UserError

from .problems import Problem

_logger = logging.getLogger(__name__)


def at_once_or_one_by_one(env, things, work, refuse):
    """Do the work on all things; if that is refused, on each of them alone.

    One bad record must not stop the others, and good ones need not go one by one.

    :param things: a list
    :param work: takes such a list; what it wrote for a list that fails is undone
    :param refuse: takes one thing and the exception that it failed with
    :raise OperationalError: somebody else wrote the same records: all must be done anew
    """
    if not things:
        return
    try:
        with env.cr.savepoint():
            work(things)
    except OperationalError:
        raise
    except Exception as error:
        if len(things) > 1:
            for thing in things:
                at_once_or_one_by_one(env, [thing], work, refuse)
            return
        if not isinstance(error, UserError | Problem):
            _logger.warning("An order of Magento was refused", exc_info=True)
        refuse(things[0], error)
