"""A sealed credential as docs/contracts.md describes it, made by another implementation (the Python package cryptography): what
test_store_seal.c must be able to open. Prints the lines of sealed.txt; tests/integration/test_vectors.py compares them."""

import base64
import json

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = bytes(range(32))
NONCE = bytes(range(100, 112))
RING, ACCOUNT, USER, KEY_ID, EXPIRES = "2026-01", "111111111111", "ann+ops@example.com", "AKIAIOSFODNN7EXAMPLE", 1800000000


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sealed():
    plain = json.dumps(
        {
            "AccessKeyId": KEY_ID,
            "Account": ACCOUNT,
            "CreatedDate": "2026-11-21T22:00:00Z",
            "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "UserName": USER,
        },
        separators=(",", ":"),
    )
    bound = "".join(part + "\0" for part in ("keyturn credential v1", RING, ACCOUNT, USER, KEY_ID, str(EXPIRES)))
    packed = NONCE + AESGCM(KEY).encrypt(NONCE, plain.encode(), bound.encode())
    return f"v1.{RING}.{EXPIRES}.{KEY_ID}.{unpadded(packed)}"


if __name__ == "__main__":
    print(f"{RING}:{base64.b64encode(KEY).decode()}")
    print(sealed())
