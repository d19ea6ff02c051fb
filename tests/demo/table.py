"""The picture: each user's two slots and the step it is at, then events and mails as they come."""

import time
from dataclasses import dataclass

from . import facts
from .progress import STEPS, Progress, progress
from .terminal import colour, fit, width_of

GLYPHS = {
    facts.OWN: ("●", "its own", ("green",)),
    facts.CREATED: ("◐", "new", ("yellow", "bold")),
    facts.NEW: ("◐", "new", ("yellow", "bold")),
    facts.CURRENT: ("●", "current", ("green", "bold")),
    facts.OLD: ("●", "previous", ("blue",)),
    facts.OFF: ("○", "inactive", ("grey",)),
    facts.FOREIGN: ("◉", "foreign", ("magenta", "bold")),
    facts.GONE: ("✗", "deleted", ("red",)),
}
FLASH = 1.5
WORDS, ROOMY, LEAST_NOW = 148, 112, 22
LEGEND = {facts.OWN: "its own, made by hand", facts.NEW: "new, being tried",
          facts.CURRENT: "current: what Secrets Manager serves", facts.OLD: "previous, still works",
          facts.OFF: "inactive", facts.GONE: "deleted", facts.FOREIGN: "foreign: somebody else's"}


@dataclass
class Column:
    """A column of the table: its heading, width and how a row's cell is written."""

    heading: str
    width: int
    cell: object


def table(known: dict[str, facts.Facts], columns: int) -> list[str]:
    """The heading and one line for each user."""
    layout = _layout(columns)
    heading = " ".join(fit(column.heading, column.width) for column in layout)
    lines, account = [colour(heading.rstrip(), "dim")], None
    for one in known.values():
        first, account = one.user.account != account, one.user.account
        lines.append(" ".join(fit(column.cell(one, first), column.width) for column in layout).rstrip())
    return lines


def _layout(columns: int) -> list[Column]:
    """Words where there is room, signs where there is not."""
    words, roomy = columns >= WORDS, columns >= ROOMY
    layout = [
        Column("ACCOUNT", 12, lambda one, first: colour(one.user.account, "bold" if first else "dim")) if roomy else
        Column("ACC.", 4, lambda one, first: colour(one.user.account[:3] + "…", "bold" if first else "dim")),
        Column("USER", 15, lambda one, _: colour(one.user.name, "dim") if one.user.exempt else one.user.name),
        Column("SLOT 1", 18 if roomy else 15, lambda one, _: slot(one.slots[0])),
        Column("SLOT 2", 18 if roomy else 15, lambda one, _: slot(one.slots[1])),
        Column("STEPS", 47 if words else 16,
               lambda one, _: (steps_in_words if words else steps_in_signs)(progress(one))),
    ]
    rest = columns - sum(column.width + 1 for column in layout)
    return layout + ([Column("NOW", rest, lambda one, _: now_in(one))] if rest >= LEAST_NOW else [])


def slot(key: facts.Key | None) -> str:
    """A key by its last letters and what it is; reversed for a moment when that changed."""
    if key is None:
        return colour("· free", "grey")
    glyph, word, styles = GLYPHS[key.state]
    fresh = ("reverse",) if time.monotonic() - key.since < FLASH else ()
    return f"{colour(glyph, *styles)} {key.short} {colour(word, *styles, *fresh)}"


def _styles(at: Progress, number: int) -> tuple:
    """Done steps green, the one under way bright."""
    return ("green",) if number < at.done else ("yellow", "bold") if number == at.doing else ("grey",)


def steps_in_words(at: Progress) -> str:
    if at.done == 0 and at.doing is None:
        return colour("─", "grey")
    return colour(" ▸ ", "grey").join(colour(step, *_styles(at, number)) for number, step in enumerate(STEPS))


def steps_in_signs(at: Progress) -> str:
    if at.done == 0 and at.doing is None:
        return colour("─", "grey")
    signs = "".join(colour("◆" if number < at.done or number == at.doing else "◇", *_styles(at, number))
                    for number in range(len(STEPS)))
    return f"{signs} {STEPS[at.doing] if at.doing is not None else 'done'}"


def now_in(one: facts.Facts) -> str:
    sentence = progress(one).sentence
    return colour(sentence, "dim") if one.user.exempt else sentence


def legend(columns: int) -> list[str]:
    """What the signs mean, in as many lines as it takes."""
    lines = [""]
    for state, word in LEGEND.items():
        item = f"{colour(GLYPHS[state][0], *GLYPHS[state][2])} {colour(word, 'dim')}"
        if lines[-1] and width_of(lines[-1]) + 3 + width_of(item) > columns:
            lines.append("")
        lines[-1] += ("   " if lines[-1] else "") + item
    return lines


def rule(title: str, columns: int) -> str:
    return colour(f"── {title} ".ljust(columns, "─"), "grey")
