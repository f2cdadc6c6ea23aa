// Five accounts, one of whose balances hangs at the bank: before scripts, after a moment, and without scripts.

import { DESKTOP, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD } = process.env;
const WITHIN_MS = 2_000;

const count = (html, pattern) => (html.match(pattern) ?? []).length;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: DESKTOP });
  // Past the list of accounts, whose cards would ask the bank.
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/payments");

  // What the server sends, before any script: never asked, so nothing is known of any account.
  const first = await (await context.request.get("/accounts")).text();
  check(count(first, /data-balance="loading"/g) === 5, "the page is not whole before the bank is asked");
  check(count(first, /data-won=/g) === 0 && first.includes("????"), "a balance is shown that nobody can know");

  const begun = Date.now();
  await page.goto("/accounts", { waitUntil: "domcontentloaded" });
  await page.waitForFunction(
    () => document.querySelectorAll('[data-balance="fresh"]').length === 4,
    undefined,
    { timeout: WITHIN_MS, polling: 20 },
  );
  const took = Date.now() - begun;
  check(took <= WITHIN_MS, `four fresh balances took ${took} ms`);
  check((await page.locator('[data-balance="loading"]').count()) === 1, "the hanging card is not the only one waiting");

  // The next page knows those four before it asks, and still not the one that hangs.
  const second = await (await context.request.get("/accounts")).text();
  check(count(second, /data-balance="loading" data-won=/g) === 4, "the fresh balances were not written to the cache");
  expectQuiet(seen);
  await context.close();
});
