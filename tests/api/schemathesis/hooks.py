"""What JSON Schema cannot say of a good request, said here, so that good requests are good.

A request that is made to be wrong is left as it is.
"""

import os
import uuid
from datetime import datetime, timedelta, timezone

import schemathesis

MANDATE = os.environ["MANDATE"]
PAYMENTS = os.environ["PAYMENTS"].split(",")
REFUND = os.environ["REFUND"]
KEY = os.environ["KEY_OF_PAYMENT"]
ENDPOINT = os.environ["ENDPOINT"]
DELIVERY = os.environ["DELIVERY"]
REAL = {
    "mandates": [MANDATE],
    "payments": PAYMENTS,
    "refunds": [REFUND],
    "checkouts": [os.environ["CHECKOUT"]],
    "webhook-endpoints": [ENDPOINT],
    "events": [os.environ["EVENT"]],
}
# What may be ended without ending what the other requests need.
SPARE = {"mandates": [os.environ["SPARE_MANDATE"]], "webhook-endpoints": [os.environ["SPARE_ENDPOINT"]]}


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
        case.query.pop("after_cursor", None)
    # Most of the things that are asked for are there.
    parameters = case.path_parameters or {}
    if "id" in parameters and is_chosen(parameters["id"]):
        kind = case.path.split("/")[3]
        ends = case.method.upper() == "DELETE" and case.path.count("/") == 4
        known = SPARE[kind] if ends else REAL[kind]
        parameters["id"] = known[len(parameters["id"]) % len(known)]
    if "delivery_id" in parameters and is_chosen(parameters["delivery_id"]):
        parameters.update(id=ENDPOINT, delivery_id=DELIVERY)
    if "key" in parameters and is_chosen(parameters["key"]):
        parameters["key"] = KEY
    body = case.body
    if isinstance(body, dict):
        # To JSON Schema 395.0 is an integer; an amount is written as one.
        if isinstance(body.get("amount"), float):
            body["amount"] = int(body["amount"])
        if "mandate_id" in body:
            body["mandate_id"] = MANDATE
        if isinstance(body.get("endpoint_id"), str):
            body["endpoint_id"] = ENDPOINT
        # One that is registered, or on this very machine.
        if isinstance(body.get("return_url"), str):
            body["return_url"] = "http://localhost/done"
        # A day's limit is not less than that of one payment.
        for limit in ("per_payment_limit", "daily_limit"):
            if isinstance(body.get(limit), (int, float)):
                body[limit] = 50_000 if limit == "per_payment_limit" else 200_000
        # Where nobody is, and nothing is told.
        if isinstance(body.get("url"), str):
            body["url"] = "http://127.0.0.1:9/"
            body["event_types"] = ["checkout.expired"]
        # Within a year from now, which no schema knows.
        if isinstance(body.get("expires_at"), str):
            body["expires_at"] = (datetime.now(timezone.utc) + timedelta(days=30)).isoformat()


def is_chosen(text):
    return sum(text.encode("utf-8", "surrogatepass")) % 4 != 0
