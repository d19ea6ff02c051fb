"""HTTP/1.1 messages as bytes: read whole from a stream, head kept exactly as it came."""

from dataclasses import dataclass

LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 16 * 1024 * 1024


class BrokenMessage(Exception):
    """What was read is no HTTP message, or ended too early."""


@dataclass
class HttpMessage:
    """head: everything up to and including the empty line, as received. body: without chunked framing. framed: the
    bytes of the body as received."""

    head: bytes
    first: str
    headers: dict[str, str]
    body: bytes = b""
    framed: bytes = b""

    @property
    def keeps_alive(self) -> bool:
        """Whether the sender of this request leaves the connection open for another one."""
        wish = self.headers.get("connection", "").lower()
        return "close" not in wish and (self.first.endswith("HTTP/1.1") or "keep-alive" in wish)


def read_head(stream) -> HttpMessage | None:
    """The next message's head; None if the peer closed the connection before it began one."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(LARGEST_HEAD)
        if not line:
            if head:
                raise BrokenMessage("the connection ended inside a head")
            return None
        head += line
        if len(head) > LARGEST_HEAD:
            raise BrokenMessage("the head is too large")
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    pairs = (line.partition(":") for line in lines)
    return HttpMessage(head, first, {name.strip().lower(): value.strip() for name, _, value in pairs})


def read_body(stream, message: HttpMessage, until_close: bool) -> None:
    """Fills message.body and message.framed. until_close: without a length the body ends with the connection (answers);
    else there is none (requests)."""
    if message.headers.get("transfer-encoding", "").lower() == "chunked":
        _read_chunks(stream, message)
    elif "content-length" in message.headers:
        message.body = message.framed = _exactly(stream, int(message.headers["content-length"]))
    elif until_close:
        message.body = message.framed = stream.read(LARGEST_BODY)


def _read_chunks(stream, message: HttpMessage) -> None:
    body, framed = [], []
    while True:
        line = stream.readline(LARGEST_HEAD)
        framed.append(line)
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise BrokenMessage(f"no chunk size: {line!r}") from None
        if size == 0:
            break
        chunk = _exactly(stream, size + 2)
        framed.append(chunk)
        body.append(chunk[:-2])
    while framed[-1] not in (b"\r\n", b""):
        framed.append(stream.readline(LARGEST_HEAD))
    message.body, message.framed = b"".join(body), b"".join(framed)


def _exactly(stream, size: int) -> bytes:
    if size > LARGEST_BODY:
        raise BrokenMessage("the body is too large")
    data = stream.read(size)
    if len(data) != size:
        raise BrokenMessage("the connection ended inside a body")
    return data


def answer_bytes(status: int, reason: str, headers: dict[str, str], body: bytes, close: bool) -> bytes:
    """An answer with its length in front, and with `Connection: close` if the sender closes after it."""
    lines = [f"HTTP/1.1 {status} {reason}"] + [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] + (["Connection: close"] if close else [])
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def reframed(answer: HttpMessage, close: bool) -> bytes:
    """The answer for a client whose connection stays open although the server's does not: status line, headers and body
    as they came, only the framing is ours."""
    dropped = ("connection", "keep-alive", "transfer-encoding", "content-length")
    lines = answer.head.decode("latin-1").split("\r\n")[:-2]
    kept = [line for line in lines[1:] if line.partition(":")[0].strip().lower() not in dropped]
    kept += [f"Content-Length: {len(answer.body)}"] + (["Connection: close"] if close else [])
    return "\r\n".join([lines[0], *kept, "", ""]).encode("latin-1") + answer.body
