// Five accounts, one of whose balances the bank never answers; the app's patience with it is longer than this script waits
// for anything. While the bank holds it, the page is painted and the other four arrive; likewise on a page that is opened
// when it is held already. Nothing moves on the page when a balance arrives.

import { PHONE, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";
import { bankHolds, countHeld, seenBy, settled, watch } from "./cards.mjs";

const { EMAIL, PASSWORD } = process.env;
const ARRIVES_MS = 15_000;

const count = (html, pattern) => (html.match(pattern) ?? []).length;

/** Opens the accounts and waits for its first paint and for four cards; the fifth one's answer must not have come. */
async function othersArrive(page, load) {
  const answered = new Set();
  page.on("response", (response) => answered.add(new URL(response.url()).pathname));
  await page.goto("/accounts", { waitUntil: "domcontentloaded" });
  await settled(page, 4, 0, ARRIVES_MS);
  await page.waitForFunction(() => seenByTest.paint !== undefined, null, { polling: 20 });
  const held = page.locator('[data-balance="loading"]');
  check((await held.count()) === 1, `${load}: the held card is not the only one waiting`);
  check((await held.getAttribute("data-won")) !== null, `${load}: the held card shows nothing meanwhile`);
  const path = await held.getAttribute("hx-get");
  check(answered.size > 4 && !answered.has(path), `${load}: the held card has its answer: ${path}`);
  const { shifts } = await seenBy(page, load);
  check(shifts.length === 0, `${load}: something moved when balances arrived: ${JSON.stringify(shifts)}`);
}

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await context.addInitScript(watch);
  // Past the list of accounts, whose cards would ask the bank.
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/payments");

  // What the server sends, before any script: never asked, so nothing is known of any account.
  const first = await (await context.request.get("/accounts")).text();
  check(count(first, /data-balance="loading"/g) === 5, "the page is not whole before the bank is asked");
  check(count(first, /data-won=/g) === 0 && first.includes("????"), "a balance is shown that nobody can know");

  // All five arrive: from ???? to money, and nothing moves.
  await page.goto("/accounts", { waitUntil: "domcontentloaded" });
  await settled(page, 5, 0, ARRIVES_MS);
  await page.waitForTimeout(100);
  const { shifts } = await seenBy(page, "all five answer");
  check(shifts.length === 0, `something moved when balances arrived: ${JSON.stringify(shifts)}`);
  await screenshot(page, "accounts-fresh-390");

  // The bank gets the question while the others are answered.
  await bankHolds();
  await othersArrive(page, "one is held");
  for (let looks = 0; (await countHeld()) === 0; looks += 1) {
    check(looks < 500, "the bank was never asked");
    await page.waitForTimeout(20);
  }
  check((await page.locator('[data-balance="loading"]').count()) === 1, "the bank was not asked while the card waited");
  await screenshot(page, "accounts-one-held-390");

  // The bank has had it since before the page is asked for, and is not asked once more: nothing waits behind it.
  // In the same tab: a new one would wait for its fonts once more, and what they move is no balance's doing.
  await othersArrive(page, "one was held before");
  check((await countHeld()) === 1, "what is held was asked for once more, or is held no more");
  expectQuiet(seen);
  await context.close();
});
