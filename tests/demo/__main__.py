"""python -m demo [--kafka embedded|real]: a minute of Keyturn. Exit 0 if every check at the end passed, 1 if one
failed or a program died, 130 after Ctrl-C or a closed terminal."""

import os
import sys

from .ending import listen


def _leave(*_) -> None:
    """While the modules are loaded nothing has been started, so there is nothing to clean up."""
    os.write(sys.stdout.fileno(), b"\nStopped by you.\n")
    os._exit(130)


if __name__ == "__main__":
    listen(_leave)
    from .run import main
    sys.exit(main())
