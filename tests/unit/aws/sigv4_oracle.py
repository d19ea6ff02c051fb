#!/usr/bin/env python3
"""Random requests with the signatures botocore gives them, as JSON lines: the oracle for our own signer.

    sigv4_oracle.py [--count 500] [--seed N]      needs a Python with botocore

Nasty on purpose: reserved and non-ASCII characters, unsorted and repeated parameters, names that sort differently once encoded,
dot segments, headers full of spaces, tokens that hold +/=, the header form and the presigned form.
"""

import argparse
import calendar
import datetime
import json
import random
import string
import sys
from urllib.parse import quote, urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NASTY = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~äß€日🔑\t\n"
PLAIN = string.ascii_letters + string.digits
REGIONS = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"]
SERVICES = ["iam", "sts", "secretsmanager", "ses", "kafka-cluster", "service"]
METHODS = ["GET", "POST", "PUT", "DELETE"]


def word(dice, most, alphabet=PLAIN + NASTY):
    return "".join(dice.choice(alphabet) for _ in range(dice.randint(0, most)))


def name(dice):
    """A parameter's name: never empty, often sharing a beginning with another."""
    return dice.choice(["a", "A", "a-b", "a.b", "a b", "Action", "ä"]) + word(dice, 4)


def path(dice):
    segments = [dice.choice(["", ".", "..", quote(word(dice, 6), safe="-_.~"), word(dice, 5, PLAIN)]) for _ in range(dice.randint(0, 5))]
    return "/" + "/".join(segments) + dice.choice(["", "/"])


def header_value(dice):
    return dice.choice(["", " ", "   "]).join(word(dice, 8, PLAIN + "=;,/+\"") for _ in range(dice.randint(1, 4)))


def headers(dice):
    names = dice.sample(["Content-Type", "X-Amz-Target", "X-Custom", "x-zebra", "Accept", "X-AMZ-META-A", "x-amz-meta-b"], dice.randint(0, 5))
    return [(n, header_value(dice)) for n in names]


def pairs(dice, repeat):
    found = [(name(dice), word(dice, 12)) for _ in range(dice.randint(0, 6))]
    if repeat and found:
        found += [(dice.choice(found)[0], word(dice, 5)) for _ in range(2)]
    dice.shuffle(found)
    return found if repeat else list(dict(found).items())


def encoded(query):
    return "&".join(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in query)


def case(dice):
    presigned = dice.random() < 0.3
    return {
        "form": "presigned" if presigned else "header",
        "method": "GET" if presigned else dice.choice(METHODS),
        "host": dice.choice(["iam.amazonaws.com", "sts.eu-west-1.amazonaws.com", "127.0.0.1:4566", "Example.com"]),
        "path": path(dice),
        "query": pairs(dice, repeat=not presigned),
        "headers": [] if presigned else headers(dice),
        "body": "" if presigned else word(dice, 80),
        "key_id": "AKIA" + word(dice, 16, string.ascii_uppercase),
        "secret": "s" + word(dice, 40, PLAIN + "+/"),
        "token": dice.choice(["", word(dice, 200, PLAIN + "+/=") + "t"]),
        "region": dice.choice(REGIONS),
        "service": dice.choice(SERVICES),
        "time": dice.randint(0, 4102444800),
        "expires": dice.randint(1, 604800),
    }


def sign(made):
    """What botocore makes of it: the Authorization header, or the sorted query with its signature last."""
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=made["time"])
    assert calendar.timegm(moment.timetuple()) == made["time"]
    botocore.auth.get_current_datetime = lambda *_, **__: moment
    url = f"https://{made['host']}{made['path']}" + (f"?{encoded(made['query'])}" if made["query"] else "")
    request = AWSRequest(made["method"], url, headers=dict([("Host", made["host"]), *made["headers"]]),
                         data=made["body"].encode() or None)
    credentials = Credentials(made["key_id"], made["secret"], made["token"] or None)
    if made["form"] == "header":
        botocore.auth.SigV4Auth(credentials, made["service"], made["region"]).add_auth(request)
        return request.headers["Authorization"]
    botocore.auth.SigV4QueryAuth(credentials, made["service"], made["region"], made["expires"]).add_auth(request)
    query, _, signature = urlsplit(request.url).query.partition("&X-Amz-Signature=")
    split = sorted(tuple(pair.split("=", 1)) for pair in query.split("&"))
    return "&".join(f"{n}={v}" for n, v in split) + f"&X-Amz-Signature={signature}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--count", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=None)
    chosen = arguments.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", file=sys.stderr)
    dice = random.Random(seed)
    for _ in range(chosen.count):
        made = case(dice)
        made["expected"] = sign(made)
        print(json.dumps(made))


if __name__ == "__main__":
    main()
