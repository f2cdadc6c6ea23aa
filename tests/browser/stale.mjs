// A balance that the bank never answers: when the app's patience ends its card shows the last known one with its time, and
// nothing moves. The next page knows all of them before it asks.

import { PHONE, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";
import { bankHolds, countHeld, seenBy, settled, watch } from "./cards.mjs";

const { EMAIL, PASSWORD } = process.env;
const PATIENCE_MS = Number(process.env.PATIENCE_MS);
// For a busy machine to show that it ended: the bank itself never ends it.
const SLACK_MS = 10_000;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await context.addInitScript(watch);
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/accounts");
  await settled(page, 5, 0, PATIENCE_MS + SLACK_MS);

  await bankHolds();
  await page.goto("/accounts", { waitUntil: "domcontentloaded" });
  await settled(page, 4, 1, PATIENCE_MS + SLACK_MS);
  check((await countHeld()) === 1, "the bank does not hold its answer");
  const stale = await page.locator('[data-balance="stale"]').innerText();
  check(/마지막 확인 \d\d\.\d\d/.test(stale) && stale.includes("다시 확인"), `the stale card does not say so: ${stale}`);
  check((await page.locator('[data-balance="stale"]').getAttribute("data-won")) !== null, "the stale card shows no balance");
  const total = await page.locator("[data-total]").innerText();
  check(/\d원/.test(total) && total.includes("기준이에요"), `the total does not say of when it is: ${total}`);
  const { shifts } = await seenBy(page, "patience ends");
  check(shifts.length === 0, `something moved when a balance did not come: ${JSON.stringify(shifts)}`);
  await screenshot(page, "accounts-one-stale-390");

  const html = await (await context.request.get("/accounts")).text();
  const known = html.match(/data-balance="loading" data-won=/g) ?? [];
  check(known.length === 5, "the fresh balances were not written to the cache");
  expectQuiet(seen);
  await context.close();
});
