// Five accounts, one of whose balances hangs at the bank: before scripts, after a moment, when its patience ends, and
// without scripts. Nothing moves on the page when a balance arrives. `TIMINGS=file` keeps what it took, for who looks.

import { appendFileSync } from "node:fs";

import { PHONE, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, BANK_URL, HANGS } = process.env;
const WITHIN_MS = 2_000;
// The app's own patience with a balance, and time for a busy machine to show that it ended.
const PATIENCE_MS = Number(process.env.PATIENCE_MS);
const SLACK_MS = 2_000;

const count = (html, pattern) => (html.match(pattern) ?? []).length;

async function bankMode(mode) {
  const body = JSON.stringify({ operation: "balance", mode, account: HANGS });
  const answer = await fetch(`${BANK_URL}/_sim/mode`, { method: "POST", body, headers: { "content-type": "application/json" } });
  check(answer.ok, `the bank's mode was not set: ${answer.status}`);
}

/** Writes down, from before the first paint on: when there was one, what moved, and when each card had its answer. */
function watch() {
  globalThis.seenByTest = { shifts: [], paint: undefined, settled: [] };
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      // A figure's font that comes a moment later is told of as well: what counts is what is at another place then.
      const near = (one, other) => Math.abs(one - other) < 1;
      const moved = shift.sources.filter(
        ({ previousRect: before, currentRect: after }) => !near(before.x, after.x) || !near(before.y, after.y),
      );
      if (moved.length === 0) continue;
      const what = ({ node, previousRect, currentRect }) =>
        `${(node?.textContent ?? "").trim().slice(0, 40)} ${JSON.stringify(previousRect)} ${JSON.stringify(currentRect)}`;
      seenByTest.shifts.push([shift.value, ...moved.map(what)]);
    }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const paint of list.getEntriesByName("first-contentful-paint")) seenByTest.paint = paint.startTime;
  }).observe({ type: "paint", buffered: true });
  document.addEventListener("htmx:after:swap", () => {
    const state = (kind) => document.querySelectorAll(`[data-balance="${kind}"]`).length;
    seenByTest.settled.push([performance.now(), state("fresh"), state("stale")]);
  });
}

const settled = (page, fresh, stale, timeout) =>
  page.waitForFunction(
    ([fresh, stale]) =>
      document.querySelectorAll('[data-balance="fresh"]').length === fresh &&
      document.querySelectorAll('[data-balance="stale"]').length === stale,
    [fresh, stale],
    { timeout, polling: 20 },
  );

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await page.addInitScript(watch);
  // Past the list of accounts, whose cards would ask the bank.
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/payments");

  // What the server sends, before any script: never asked, so nothing is known of any account.
  const first = await (await context.request.get("/accounts")).text();
  check(count(first, /data-balance="loading"/g) === 5, "the page is not whole before the bank is asked");
  check(count(first, /data-won=/g) === 0 && first.includes("????"), "a balance is shown that nobody can know");

  // All five arrive: from ???? to money, and nothing moves.
  await page.goto("/accounts", { waitUntil: "domcontentloaded" });
  await settled(page, 5, 0, 10_000);
  await page.waitForTimeout(100);
  const { shifts } = await page.evaluate(() => seenByTest);
  check(shifts.length === 0, `something moved when balances arrived: ${JSON.stringify(shifts)}`);
  await screenshot(page, "accounts-fresh-390");

  await bankMode("hang");
  await page.goto("/accounts", { waitUntil: "domcontentloaded" });
  await settled(page, 4, 0, WITHIN_MS);
  check((await page.locator('[data-balance="loading"]').count()) === 1, "the hanging card is not the only one waiting");
  check((await page.locator('[data-balance="loading"]').getAttribute("data-won")) !== null, "the hanging card shows nothing meanwhile");
  await settled(page, 4, 1, PATIENCE_MS + SLACK_MS);
  const stale = await page.locator('[data-balance="stale"]').innerText();
  check(/마지막 확인 \d\d\.\d\d/.test(stale) && stale.includes("다시 확인"), `the stale card does not say so: ${stale}`);
  const total = await page.locator("[data-total]").innerText();
  check(/\d원/.test(total) && total.includes("기준이에요"), `the total does not say of when it is: ${total}`);
  const timed = await page.evaluate(() => seenByTest);
  check(timed.shifts.length === 0, `something moved when a balance did not come: ${JSON.stringify(timed.shifts)}`);
  await screenshot(page, "accounts-one-stale-390");
  if (process.env.TIMINGS) appendFileSync(process.env.TIMINGS, `${JSON.stringify(timed)}\n`);

  // The next page knows all of them before it asks.
  const second = await (await context.request.get("/accounts")).text();
  check(count(second, /data-balance="loading" data-won=/g) === 5, "the fresh balances were not written to the cache");
  expectQuiet(seen);
  await context.close();
});
