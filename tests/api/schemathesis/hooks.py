"""What JSON Schema cannot say of a good request, said here, so that good requests are good.

A check is never told to look away. A request that is made to be wrong is left as it is.
"""

import os
import uuid
from datetime import datetime, timedelta, timezone

import schemathesis

MANDATE = os.environ["MANDATE"]
PAYMENTS = os.environ["PAYMENTS"].split(",")
REFUND = os.environ["REFUND"]
KEY = os.environ["KEY_OF_PAYMENT"]
REAL = {"mandates": [MANDATE], "payments": PAYMENTS, "refunds": [REFUND]}


def is_good(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_good(case):
        return
    headers = case.headers
    # A key is for one request, and short ones come twice.
    if headers is not None and "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = str(uuid.uuid4())
    # The version that it is at changes with each request.
    if headers is not None and "If-Match" in headers:
        headers["If-Match"] = "*"
    # A cursor is signed: nobody makes one up.
    if case.query:
        case.query.pop("cursor", None)
    # Most of the things that are asked for are there.
    parameters = case.path_parameters or {}
    if "id" in parameters and is_chosen(parameters["id"]):
        kind = case.path.split("/")[3]
        known = REAL[kind]
        parameters["id"] = known[len(parameters["id"]) % len(known)]
    if "key" in parameters and is_chosen(parameters["key"]):
        parameters["key"] = KEY
    body = case.body
    if isinstance(body, dict):
        # To JSON Schema 395.0 is an integer; an amount is written as one.
        if isinstance(body.get("amount"), float):
            body["amount"] = int(body["amount"])
        if "mandate_id" in body:
            body["mandate_id"] = MANDATE
        # Within a year from now, which no schema knows.
        if isinstance(body.get("expires_at"), str):
            body["expires_at"] = (datetime.now(timezone.utc) + timedelta(days=30)).isoformat()


def is_chosen(text):
    return sum(text.encode("utf-8", "surrogatepass")) % 4 != 0
