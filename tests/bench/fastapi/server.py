"""GET /credentials/{user} as one would write it with FastAPI: the same key check, the same reads of Redis in one round trip, the same
unsealing and the same answer. It writes no log line and no audit record, which Keyturn does for each request."""

import base64
import hashlib
import hmac
import json
import os
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import redis.asyncio
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

NONCE, UNKNOWN_SECONDS, MARGIN = 12, 60, 60
SEALED_BY = b"keyturn credential v1"


def plain_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


given = json.loads(os.environ["BENCH_SETTINGS"])
keys = {key["id"]: (bytes.fromhex(key["sha256"]), set(key["scopes"])) for key in given["keys"]}
ring = {name: AESGCM(base64.b64decode(key)) for name, key in given["ring"].items()}
overlaps = given["overlaps"]
account = given["account"]
store = redis.asyncio.Redis(host="127.0.0.1", port=given["redis_port"], decode_responses=True, max_connections=256)


@asynccontextmanager
async def lifespan(_):
    yield
    await store.aclose()


app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)


def authorize(text: str | None) -> None:
    parts = (text or "").split("_", 2)
    if len(parts) != 3 or parts[0] != "keyturn" or parts[1] not in keys:
        raise HTTPException(401)
    digest, scopes = keys[parts[1]]
    if not hmac.compare_digest(hashlib.sha256(plain_base64(parts[2])).digest(), digest):
        raise HTTPException(401)
    if "credentials:read" not in scopes:
        raise HTTPException(403)


def unseal(text: str, user: str) -> tuple[dict, int]:
    """The credential and when its seal expires; it is bound to account, user, key id and expiry."""
    version, ring_id, expires, key_id, body = text.split(".", 4)
    packed = plain_base64(body)
    bound = b"\0".join((SEALED_BY, ring_id.encode(), account.encode(), user.encode(), key_id.encode(), expires.encode())) + b"\0"
    credential = json.loads(ring[ring_id].decrypt(packed[:NONCE], packed[NONCE:], bound))
    if version != "v1" or credential["AccessKeyId"] != key_id or credential["UserName"] != user or credential["Account"] != account:
        raise InvalidTag
    return credential, int(expires)


@app.get("/credentials/{user}")
async def credentials(user: str, request: Request):
    authorize(request.headers.get("x-api-key"))
    async with store.pipeline(transaction=False) as pipeline:
        pipeline.hmget(f"kt:user:{account}/{user}", "user_id", "policy", "reason")
        pipeline.mget(f"kt:current:{account}/{user}", f"kt:cred:{account}/{user}")
        (user_id, policy, reason), (current, sealed) = await pipeline.execute()
    if user_id is None or reason == "current_dead" or sealed is None:
        raise HTTPException(404)
    credential, expires = unseal(sealed, user)
    now = int(time.time())
    if now >= expires or (current or credential["AccessKeyId"]) != credential["AccessKeyId"]:
        raise HTTPException(404)
    if current is None and expires > now + UNKNOWN_SECONDS:
        raise HTTPException(404)
    overlap = overlaps[policy]
    expiration = datetime.fromtimestamp(now + min(overlap - min(overlap // 4, MARGIN), 12 * 3600), UTC)
    key_id = credential["AccessKeyId"]
    tag = hashlib.sha256(f"{account}/{user}/{key_id}/json/".encode()).hexdigest()[:32]
    return JSONResponse({
        "AccessKeyId": key_id,
        "CreatedDate": credential["CreatedDate"],
        "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SecretAccessKey": credential["SecretAccessKey"],
        "Version": 1,
        "account": account,
        "user": user,
    }, headers={"Cache-Control": "no-store", "ETag": f'"{tag}"', "X-Content-Type-Options": "nosniff"})
