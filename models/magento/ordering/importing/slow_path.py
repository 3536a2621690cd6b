"""All at once, or in ever smaller parts where that is refused."""

import logging

from psycopg2 import OperationalError

from odoo.exceptions import UserError

from .....tools.magento.amounts import UNREADABLE
from ....shared.running import is_refusal
from .problems import Problem

_logger = logging.getLogger(__name__)


def at_once_or_in_parts(env, things, work, refuse):
    """Do the work on all things; if that is refused, on each half of them, and so on.

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
    except Exception as error:
        if isinstance(error, OperationalError) and not is_refusal(error):
            raise
        if len(things) > 1:
            half = len(things) // 2
            for part in (things[:half], things[half:]):
                at_once_or_in_parts(env, part, work, refuse)
            return
        _refuse(things[0], error, refuse)


def one_by_one(things, decide, refuse):
    """Decide about each thing, before anything is written of any of them.

    :param decide: takes one thing
    :param refuse: takes one thing and the exception that deciding failed with
    :return: list of (thing, what was decided) without those that were refused
    """
    decided = []
    for thing in things:
        try:
            decided.append((thing, decide(thing)))
        except (Problem, UserError, *UNREADABLE) as error:
            _refuse(thing, error, refuse)
    return decided


def _refuse(thing, error, refuse):
    if not isinstance(error, UserError | Problem):
        _logger.warning("Something of Magento was refused", exc_info=error)
    refuse(thing, error)
