"""The ``mlgov`` command, also as ``python -m mlgov``.

What takes time is imported inside, where a Ctrl-C is caught.
"""

import gc
import sys

#: New objects between two looks of the garbage collector. Python's own 700 were chosen for smaller machines; start-up
#: alone makes a hundred thousand objects, and none of them is garbage.
_COLLECT_AFTER = 50_000


def run() -> None:
    """Run the command line and exit with the code of its outcome; 130 when somebody interrupts it, with no word."""
    gc.set_threshold(_COLLECT_AFTER, 20, 100)
    try:
        from mlgov.cli.main import run as run_commands

        run_commands()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()  # the process ends here: nobody needs to look for garbage in what goes with it


if __name__ == "__main__":
    run()
