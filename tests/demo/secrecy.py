"""No secret may be anywhere but in Secrets Manager: it is looked for in whatever else the run wrote."""

import base64
from pathlib import Path
from urllib.parse import quote

from stack.moto import Credentials

from .mails import Mail


def spellings(secret: str) -> list[bytes]:
    """As it is, and as base64, hex and in a URL."""
    raw = secret.encode()
    return [raw, base64.b64encode(raw).rstrip(b"="), raw.hex().encode(), raw.hex().upper().encode(),
            quote(secret, safe="").encode()]


def leaks(folder: Path, mails: list[Mail], secrets: list[Credentials]) -> list[str]:
    """Which secret was found in which log, topic, Redis file or mail."""
    places = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
              if path.is_file() and path.parts[len(folder.parts)] in ("programs", "events", "redis")}
    places |= {f"mail {number}": "\n".join((mail.subject, mail.text, mail.html)).encode()
               for number, mail in enumerate(mails, 1)}
    return [f"the secret of {key.key_id} is in {name}" for key in secrets for name, content in places.items()
            if any(spelling in content for spelling in spellings(key.secret))]
