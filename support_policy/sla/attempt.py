"""What may fail without taking anything else with it (R10)."""

from contextlib import contextmanager

import psycopg2

from odoo.exceptions import ConcurrencyError

#: A lost race, or a lost connection: no record is to blame, and what was done in the
#: transaction is done again.
NOBODYS_FAULT = (psycopg2.OperationalError, psycopg2.InterfaceError, ConcurrencyError)


@contextmanager
def unit(env):
    """What is done in the block is stored as a whole, or nothing of it.

    :raises Exception: what failed, also what the database would check only when the
        transaction is committed
    """
    with env.cr.savepoint():
        yield
        env.flush_all()
        env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")


def attempt(env, act, *args):
    """Do something as a whole, or nothing of it.

    :param callable act: takes the arguments
    :return: the error; None if there was none
    :rtype: Exception
    :raises NOBODYS_FAULT: the whole transaction is to be done again
    """
    env.flush_all()  # outside the ``try``: ``act`` is not to blame for it
    try:
        with unit(env):
            act(*args)
    except NOBODYS_FAULT:
        raise
    except Exception as error:  # noqa: BLE001 (who calls tells of it)
        return error
    return None


def forget(env):
    """A race is lost: nothing of the transaction has happened. It can go on anew."""
    env.cr.rollback()
    env.transaction.reset()
    env.registry.reset_changes()


def isolate(records, step, blame):
    """Take a step with these records so that a poisoned one fails alone.

    A batch that fails is halved until the one to blame is found.

    :param callable step: takes records
    :param callable blame: takes the poisoned record and the error
    :raises NOBODYS_FAULT: the whole transaction is to be done again
    """
    error = records and attempt(records.env, step, records)
    if error and len(records) == 1:
        blame(records, error)
    elif error:
        middle = len(records) // 2
        isolate(records[:middle], step, blame)
        isolate(records[middle:], step, blame)
