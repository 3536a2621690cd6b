"""Work in processes of their own, which may be killed."""

import os
import signal
import time
import traceback

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

LONGEST_LIFE_SECONDS = 0.8


def start(database, work):
    """Do some work in another process, with a connection of its own.

    :param str database: its name; what this process has not committed is not seen
    :param work: a function of an environment; what it does not commit is rolled back
    :return: the id of the process; its exit code is 0 if the work got through
    """
    if child := os.fork():
        return child
    try:
        registry = Registry(database)
        # The parent's connections stay the parent's, and are not closed either
        _parents, sql_db._Pool = registry._db, None
        registry._db = sql_db.db_connect(database)
        with registry.cursor() as cr:
            work(api.Environment(cr, SUPERUSER_ID, {}))
            cr.rollback()
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def wait_for(child):
    """Wait until a process has got through."""
    _pid, status = os.waitpid(child, 0)
    assert status == 0, status


def kill_until_done(start_all, most, chance, meanwhile=time.sleep):
    """Start processes and kill them at random moments, until nothing is left to do.

    :param start_all: a function that starts processes, and returns their ids
    :param int most: how often they are killed at most
    :param chance: `random.Random`
    :param meanwhile: a function of the seconds that they live, which takes as long
    :return: a generator that yields after each kill
    """
    for _number in range(most):
        children = start_all()
        meanwhile(chance.uniform(0, LONGEST_LIFE_SECONDS))
        for child in children:
            os.kill(child, signal.SIGKILL)
        statuses = [os.waitpid(child, 0)[1] for child in children]
        codes = [os.WEXITSTATUS(each) for each in statuses if os.WIFEXITED(each)]
        assert not any(codes), statuses
        if len(codes) == len(children):
            return
        yield
