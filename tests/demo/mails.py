"""The mails SES accepted."""

from dataclasses import dataclass

from stack.moto import Moto


@dataclass(frozen=True)
class Mail:
    """One message to one recipient."""

    to: str
    subject: str
    text: str
    html: str


class MailFeed:
    """take() gives the mails that came since the last call; all: every one so far."""

    def __init__(self, moto: Moto):
        self.all: list[Mail] = []
        self._moto = moto

    def take(self) -> list[Mail]:
        new = [Mail(", ".join(mail["to"]), mail["subject"], mail["text"], mail["html"])
               for mail in self._moto.mails()[len(self.all):]]
        self.all += new
        return new
