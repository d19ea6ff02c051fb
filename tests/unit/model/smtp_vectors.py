"""SMTP passwords of SES by the algorithm AWS publishes (docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html), in an implementation of
its own: what test_credential_format.c must derive too. Prints the lines of smtp.txt; tests/integration/test_vectors.py compares them."""

import base64
import hmac

CASES = [
    ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"),
    ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "eu-central-1"),
    ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-gov-west-1"),
    ("short", "ap-southeast-2"),
    ("+" * 128, "eu-west-3"),
]


def smtp_password(secret, region):
    key = b"AWS4" + secret.encode()
    for word in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        key = hmac.digest(key, word.encode(), "sha256")
    return base64.b64encode(b"\x04" + key).decode()


if __name__ == "__main__":
    for each in CASES:
        print(*each, smtp_password(*each))
