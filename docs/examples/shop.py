"""A shop: from a mandate to a refund, told by signed webhooks. Python 3.9, no dependency.

NARU_KEY      the shop's key, naru_sk_test_...
NARU_URL      where Naru answers; http://localhost:5150 unless given
NARU_MANDATE  a mandate that a member has approved; without it one is asked for
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid

API = os.environ.get("NARU_URL", "http://localhost:5150") + "/api/v1"
KEY = os.environ["NARU_KEY"]
PATIENCE_SECS = 120
# A webhook that is older was recorded and sent again by somebody else.
TOLERANCE_SECS = 300


def call(method, path, body=None, key=None):
    """One call of the API. `key` makes it safe to send again: the same key is done once."""
    headers = {"Authorization": f"Bearer {KEY}", "Accept-Language": "en"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if key is not None:
        headers["Idempotency-Key"] = key
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        problem = json.loads(error.read())
        # `money_moved` says whether a refused call moved money: no, yes, or unknown.
        raise SystemExit(f"{problem['status']} {problem['code']}: {problem['detail']} (money moved: {problem['money_moved']})")


def verify(secret, headers, body):
    """Whether a webhook is Naru's: https://www.standardwebhooks.com, `v1`."""
    sent_at = headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > TOLERANCE_SECS:
        return False
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest())
    # While a secret is exchanged there are two signatures; one that fits is enough.
    offered = [word[3:] for word in headers["webhook-signature"].split(" ") if word.startswith("v1,")]
    return any(hmac.compare_digest(expected, one.encode()) for one in offered)


class Receiver:
    """Takes webhooks, answers at once, and does the work elsewhere."""

    def __init__(self):
        self.secret = None
        self.events = queue.Queue()
        self.seen = set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                is_ours = receiver.secret and verify(receiver.secret, self.headers, body)
                self.send_response(204 if is_ours else 400)
                self.end_headers()
                # The same event may come twice: it is known by its id.
                if is_ours and self.headers["webhook-id"] not in receiver.seen:
                    receiver.seen.add(self.headers["webhook-id"])
                    receiver.events.put(json.loads(body))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/webhooks"

    def wait_for(self, about, *types):
        """The event of one of these types about one thing; what else comes is only told."""
        while True:
            event = self.events.get(timeout=PATIENCE_SECS)
            print(f"webhook {event['type']} (version {event['version']}): {event['data']['id']}")
            if event["type"] in types and event["data"]["id"] == about:
                return event


def approved_mandate():
    """A member's consent, given before or now."""
    known = os.environ.get("NARU_MANDATE")
    if known:
        return known
    asked = {
        "return_url": "http://localhost/thanks",
        "per_payment_limit": 100_000,
        "daily_limit": 300_000,
        "reference": "customer-7",
    }
    mandate = call("POST", "/mandates", asked, key=str(uuid.uuid4()))
    print(f"approve here: {mandate['approval_url']}", flush=True)
    ends = time.monotonic() + PATIENCE_SECS
    while mandate["status"] == "pending":
        if time.monotonic() > ends:
            raise SystemExit("nobody approved the mandate")
        time.sleep(1)
        mandate = call("GET", f"/mandates/{mandate['id']}")
    return mandate["id"]


def main():
    receiver = Receiver()
    endpoint = call("POST", "/webhook-endpoints", {"url": receiver.url}, key=str(uuid.uuid4()))
    receiver.secret = endpoint["secret"]
    try:
        mandate = approved_mandate()
        print(f"mandate {mandate} is approved")
        # The key belongs to the order: a repeated request is the same payment.
        order = f"order-{uuid.uuid4()}"
        bought = {"mandate_id": mandate, "order_id": order, "amount": 12_300, "description": "Drip coffee"}
        payment = call("POST", "/payments", bought, key=order)
        print(f"payment {payment['id']} is {payment['status']}")
        paid = receiver.wait_for(payment["id"], "payment.succeeded", "payment.failed")
        if paid["type"] == "payment.failed":
            raise SystemExit(f"not paid: {paid['data']['failure']['message']}")

        wanted = {"amount": 2_300, "reason": "One cup arrived broken"}
        refund = call("POST", f"/payments/{payment['id']}/refunds", wanted, key=f"refund-{order}")
        print(f"refund {refund['id']} is {refund['status']}")
        receiver.wait_for(refund["id"], "refund.succeeded")
        payment = call("GET", f"/payments/{payment['id']}")
        print(f"done: {payment['amount']} paid, {payment['refunded_amount']} given back")
    finally:
        call("DELETE", f"/webhook-endpoints/{endpoint['id']}")


if __name__ == "__main__":
    main()
