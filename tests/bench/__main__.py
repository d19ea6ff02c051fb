"""python -m bench [NAME ...]"""

import importlib
import sys
import time

ROWS = {"plan": "bench.plan_many", "api": "bench.credentials"}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(ROWS)}", file=sys.stderr)
        return 2
    kept = True
    for name in names or ROWS:
        began = time.monotonic()
        fine, figure = importlib.import_module(ROWS[name]).row()
        kept = kept and fine
        print(f"{'ok  ' if fine else 'MISS'}  {name:12s}  {figure}  (with its preparation {time.monotonic() - began:.0f} s)", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
