"""What may fail without taking anything else with it (R10)."""

from contextlib import contextmanager

import psycopg2

from odoo.exceptions import ConcurrencyError

#: Codes of PostgreSQL, by their beginnings, for which no record is to blame: a lost
#: connection, a lost race, too little disk or memory, a server that stops, a lock.
INNOCENT = ("08", "40", "53", "57P", "55P03")


def is_nobodys_fault(error):
    """Whether an error is a lost race or connection: no record is to blame, and what
    was done in the transaction is done again.

    :param Exception error: what has been raised
    :rtype: bool
    """
    if isinstance(error, psycopg2.OperationalError):
        # others of its kind are the record's: a trigger that calls itself, say
        return not error.pgcode or error.pgcode.startswith(INNOCENT)
    return isinstance(error, (psycopg2.InterfaceError, ConcurrencyError))


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
    :raises Exception: one that is nobody's fault: the transaction is to be done again
    """
    env.flush_all()  # outside the ``try``: ``act`` is not to blame for it
    try:
        with unit(env):
            act(*args)
    except Exception as error:
        if is_nobodys_fault(error):
            raise
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
    :raises Exception: see ``attempt``
    """
    error = records and attempt(records.env, step, records)
    if error and len(records) == 1:
        blame(records, error)
    elif error:
        middle = len(records) // 2
        isolate(records[:middle], step, blame)
        isolate(records[middle:], step, blame)
