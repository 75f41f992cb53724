"""What ``make storm`` is made of: a world to break, and the storms that break it.

``house_crew`` and ``house_invariants`` are the tests' own; they have the short form.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
