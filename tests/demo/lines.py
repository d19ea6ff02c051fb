"""What happens, one line each: for the feed under the table, and where there is no terminal."""

from . import facts
from .events import Event
from .mails import Mail
from .table import GLYPHS
from .terminal import colour

EVENT_STYLES = {"key.created": "yellow", "key.activated": "green", "key.deactivated": "grey", "key.deleted": "red",
                "key.foreign": "magenta", "rotation.blocked": "magenta", "rotation.failed": "red"}
MEANING = {
    facts.OWN: "found, made by hand",
    facts.CREATED: "create: a new key",
    facts.NEW: "create: stored in Secrets Manager, not served; being verified",
    facts.CURRENT: "promote: verified, now the one Secrets Manager serves",
    facts.OLD: "overlap: the previous key still works",
    facts.OFF: "deactivate: off, could be switched on again",
    facts.GONE: "delete: gone for good",
    facts.FOREIGN: "made by somebody else: left alone",
}


def change_line(change: facts.Change) -> str:
    glyph, _, styles = GLYPHS[change.key.state]
    return f"{colour(glyph, *styles)} {change.user.path:<28} key {change.key.short}  {MEANING[change.key.state]}"


def event_line(event: Event) -> str:
    key = f"key {event.key_id[-4:]}" if event.key_id else ""
    name = colour(f"{event.type:<18}", *filter(None, [EVENT_STYLES.get(event.type)]))
    return f"event {name} {event.path:<28} {key:<8}  {colour(event.reason.replace('_', ' '), 'dim')}"


def mail_line(mail: Mail) -> str:
    return f"{colour('✉', 'cyan')} mail  {mail.to:<23} {colour(mail.subject, 'cyan')}"


def stamped(seconds: float, line: str) -> str:
    """With the time since the programs began to work."""
    return f"{colour(f'{seconds:5.1f}s', 'dim')}  {line}"
