"""Everything is broken on purpose, with real processes and a real PostgreSQL, on a
database that is dropped afterwards: make storm.

After each storm, what must hold is asked of the database (tests/house_invariants.py).

Usage: storm.py FILLED BROKEN CYCLES KILLS SEED [WORDS OF THE STORMS]
"""

import random
import sys
import time
import traceback

from storming import climbing, weather, whatsapp
from storming.world import World
from workshop.place import HOME

LOG = HOME / "storm.log"


def main(filled, scratch, cycles, kills, seed, *only):
    """Let the storms come, one after the other.

    :return: how many broke something
    """
    seed = int(seed or time.time())
    random.seed(seed)
    storms = {**climbing.STORMS, **whatsapp.STORMS, **weather.STORMS}
    storms = {t: storm for t, storm in storms.items() if all(o in t for o in only)}
    print(
        f"  {cycles} requests due, {kills} kills, seed {seed}; log: {LOG}", flush=True
    )
    broken = 0
    options = [f"--logfile={LOG}", "--log-handler=odoo.sql_db:CRITICAL"]
    world = World(filled, scratch, int(cycles), int(kills), options)
    try:
        world.fill()
        for title, storm in storms.items():
            broken += not meet(world, title, storm)
    finally:
        world.end()
    return broken


def meet(world, title, storm):
    """One storm, and one line about it.

    :return: whether everything holds
    """
    world.renew()
    began = time.monotonic()
    try:
        words, holds = storm(world), True
    except Exception as error:  # noqa: BLE001 (told in its line)
        with LOG.open("a") as log:
            traceback.print_exc(file=log)
        words, holds = f"{type(error).__name__}: {error}", False
    sign = "ok    " if holds else "BROKEN"
    took = f"{time.monotonic() - began:.0f} s"
    print(f"  {sign} {title:<36} {words} ({took})", flush=True)
    return holds


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
