// Redis dies under open pages: they say nothing of it, and their timers go on.

import { PHONE, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, KEY, MANDATE } = process.env;

const isLive = (page) => page.waitForSelector("html[data-live-on]", { state: "attached" });

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await signIn(page, EMAIL, PASSWORD);
  await page.goto("/payments");
  await isLive(page);
  const second = await context.newPage();
  await second.goto("/accounts");
  // Whoever started this kills Redis now.
  await page.waitForSelector("html:not([data-live-on])", { state: "attached", timeout: 30_000 });

  const asked = [];
  page.on("request", (request) => request.url().includes("/progress") && asked.push(request.url()));
  const made = await context.request.post("/api/v1/payments", {
    headers: { authorization: `Bearer ${KEY}`, "idempotency-key": "outage" },
    data: { mandate_id: MANDATE, order_id: "outage", amount: 12_300, description: "드립백 커피" },
  });
  check(made.status() === 202, `the payment was answered with ${made.status()}`);
  await page.goto(`/payments/${(await made.json()).id}`);
  await page.waitForSelector('.verdict[data-moved="yes"]', { timeout: 30_000 });
  for (const path of ["/", "/accounts", "/payments", "/notices", "/me", "/status"]) {
    const answer = await second.goto(path);
    check(answer.status() === 200, `${path} is answered with ${answer.status()}`);
  }
  expectQuiet(seen);
  await context.close();
});
