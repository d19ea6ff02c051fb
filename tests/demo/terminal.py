"""The terminal: colours, its size, and a screen that is drawn over itself. Nothing here knows what is shown."""

import os
import re
import shutil
import sys

STYLES = {"bold": "1", "dim": "2", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36",
          "red": "31", "grey": "90", "reverse": "7"}
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PLAIN = {"●": "*", "◐": "+", "○": "o", "◆": "#", "◇": ".", "✗": "x", "✓": "v", "✉": "@", "▸": ">", "─": "-", "·": ".",
         "…": "~", "◉": "!", "—": "-", "→": ">"}


def is_live(stream=sys.stdout) -> bool:
    """Whether the stream can show a picture that moves: a terminal that knows colours, and nobody asked for none."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM", "dumb") not in ("dumb", "")


def colour(text: str, *styles: str) -> str:
    return f"\x1b[{';'.join(STYLES[style] for style in styles)}m{text}\x1b[0m" if styles else text


def width_of(text: str) -> int:
    """Characters on the screen."""
    return len(ESCAPE.sub("", text))


def fit(text: str, width: int) -> str:
    """Cut or filled to the width, colours kept."""
    if width_of(text) <= width:
        return text + " " * (width - width_of(text))
    kept, left = [], width - 1
    for piece in re.split(f"({ESCAPE.pattern})", text):
        if ESCAPE.fullmatch(piece):
            kept.append(piece)
        else:
            kept.append(piece[:left])
            left -= len(piece[:left])
    return "".join(kept) + "…\x1b[0m"


def speakable(text: str, stream=sys.stdout) -> str:
    """In the stream's own alphabet."""
    try:
        text.encode(stream.encoding or "ascii")
        return text
    except UnicodeEncodeError:
        return "".join(PLAIN.get(letter, letter) for letter in text).encode("ascii", "replace").decode()


class Screen:
    """The lower part of a terminal, drawn over itself; what was printed above stays."""

    def __init__(self, stream=sys.stdout):
        self._stream = stream
        self._drawn = 0
        self._size = None

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines that may be used."""
        found = shutil.get_terminal_size((100, 40))
        return max(60, found.columns - 1), max(20, found.lines - 1)

    def draw(self, lines: list[str]) -> None:
        columns, most = self.size
        lines = lines[:most]
        out = ["\x1b[?25l"]
        if self._size not in (None, (columns, most)):
            out.append("\x1b[2J\x1b[H")
        elif self._drawn:
            out.append(f"\x1b[{self._drawn}A\r")
        out += [f"{fit(line, columns).rstrip()}\x1b[K\n" for line in lines]
        out.append("\x1b[J")
        self._size, self._drawn = (columns, most), len(lines)
        self._write("".join(out))

    def leave(self) -> None:
        """What was drawn last stays, the cursor comes back."""
        if self._drawn:
            self._write("\x1b[?25h\x1b[0m")
        self._drawn = 0

    def _write(self, text: str) -> None:
        self._stream.write(speakable(text, self._stream))
        self._stream.flush()
