// A shop: from a mandate to a refund, told by signed webhooks. Node.js 20, no dependency.
//
// NARU_KEY      the shop's key, naru_sk_test_...
// NARU_URL      where Naru answers; http://localhost:5150 unless given
// NARU_MANDATE  a mandate that a member has approved; without it one is asked for

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const API = `${process.env.NARU_URL ?? "http://localhost:5150"}/api/v1`;
const KEY = process.env.NARU_KEY;
const PATIENCE_MS = 120_000;
// A webhook that is older was recorded and sent again by somebody else.
const TOLERANCE_SECS = 300;

/** One call of the API. `key` makes it safe to send again: the same key is done once. */
async function call(method, path, body, key) {
  const headers = { authorization: `Bearer ${KEY}`, "accept-language": "en" };
  if (body) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  const answer = await fetch(API + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const json = text ? JSON.parse(text) : null;
  if (!answer.ok) {
    // `money_moved` says whether a refused call moved money: no, yes, or unknown.
    throw new Error(`${json.status} ${json.code}: ${json.detail} (money moved: ${json.money_moved})`);
  }
  return json;
}

/** Whether a webhook is Naru's: https://www.standardwebhooks.com, `v1`. */
function verify(secret, headers, body) {
  const sentAt = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(sentAt)) <= TOLERANCE_SECS)) return false;
  const raw = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", raw).update(`${headers["webhook-id"]}.${sentAt}.`).update(body).digest();
  // While a secret is exchanged there are two signatures; one that fits is enough.
  return headers["webhook-signature"].split(" ").some((word) => {
    const offered = Buffer.from(word.replace(/^v1,/, ""), "base64");
    return word.startsWith("v1,") && offered.length === expected.length && timingSafeEqual(offered, expected);
  });
}

/** Takes webhooks, answers at once, and does the work elsewhere. */
class Receiver {
  secret = null;
  #events = [];
  #seen = new Set();
  #server = createServer(async (request, answer) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const isOurs = this.secret && verify(this.secret, request.headers, body);
    answer.writeHead(isOurs ? 204 : 400).end();
    // The same event may come twice: it is known by its id.
    const id = request.headers["webhook-id"];
    if (isOurs && !this.#seen.has(id)) {
      this.#seen.add(id);
      this.#events.push(JSON.parse(body.toString()));
    }
  });

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${this.#server.address().port}/webhooks`;
  }

  /** The event of one of these types about one thing; what else comes is only told. */
  async waitFor(about, ...types) {
    for (const ends = Date.now() + PATIENCE_MS; Date.now() < ends; await pause(20)) {
      for (let event = this.#events.shift(); event; event = this.#events.shift()) {
        console.log(`webhook ${event.type} (version ${event.version}): ${event.data.id}`);
        if (types.includes(event.type) && event.data.id === about) return event;
      }
    }
    throw new Error(`no ${types.join(" or ")} about ${about}`);
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** A member's consent, given before or now. */
async function approvedMandate() {
  if (process.env.NARU_MANDATE) return process.env.NARU_MANDATE;
  const asked = {
    return_url: "http://localhost/thanks",
    per_payment_limit: 100_000,
    daily_limit: 300_000,
    reference: "customer-7",
  };
  let mandate = await call("POST", "/mandates", asked, randomUUID());
  console.log(`approve here: ${mandate.approval_url}`);
  for (const ends = Date.now() + PATIENCE_MS; mandate.status === "pending"; ) {
    if (Date.now() > ends) throw new Error("nobody approved the mandate");
    await pause(1000);
    mandate = await call("GET", `/mandates/${mandate.id}`);
  }
  return mandate.id;
}

const receiver = new Receiver();
const url = await receiver.listen();
const endpoint = await call("POST", "/webhook-endpoints", { url }, randomUUID());
receiver.secret = endpoint.secret;
try {
  const mandate = await approvedMandate();
  console.log(`mandate ${mandate} is approved`);
  // The key belongs to the order: a repeated request is the same payment.
  const order = `order-${randomUUID()}`;
  const bought = { mandate_id: mandate, order_id: order, amount: 12_300, description: "Drip coffee" };
  let payment = await call("POST", "/payments", bought, order);
  console.log(`payment ${payment.id} is ${payment.status}`);
  const paid = await receiver.waitFor(payment.id, "payment.succeeded", "payment.failed");
  if (paid.type === "payment.failed") throw new Error(`not paid: ${paid.data.failure.message}`);

  const wanted = { amount: 2_300, reason: "One cup arrived broken" };
  const refund = await call("POST", `/payments/${payment.id}/refunds`, wanted, `refund-${order}`);
  console.log(`refund ${refund.id} is ${refund.status}`);
  await receiver.waitFor(refund.id, "refund.succeeded");
  payment = await call("GET", `/payments/${payment.id}`);
  console.log(`done: ${payment.amount} paid, ${payment.refunded_amount} given back`);
} finally {
  await call("DELETE", `/webhook-endpoints/${endpoint.id}`);
  receiver.close();
}
