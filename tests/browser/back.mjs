// The Back button: the page is asked for anew, its balances with it, and nothing of another time is shown as of now.

import { PHONE, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, BANK_URL, ACCOUNT } = process.env;

async function setBalance(won) {
  const body = JSON.stringify({ account: ACCOUNT, balance_won: won });
  const answer = await fetch(`${BANK_URL}/_sim/accounts`, { method: "POST", body, headers: { "content-type": "application/json" } });
  check(answer.ok, `the balance was not set: ${answer.status}`);
}

const freshWon = (page) => page.locator('[data-balance="fresh"]').first().getAttribute("data-won");

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await setBalance(1_000_000);
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/payments");
  await page.goto("/accounts");
  check((await freshWon(page)) === "1000000", "the first balance is not the bank's");

  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto("/payments");
  await setBalance(250_000);
  asked.length = 0;
  await page.goBack();
  await page.waitForURL(/\/accounts$/);
  check((await freshWon(page)) === "250000", "Back shows money of another time as the bank's of now");
  check(asked.includes("/accounts"), `the page came out of a memory: ${asked}`);
  check(asked.some((path) => path.endsWith("/balance")), "the bank was not asked");

  // A browser that kept the whole page in its memory is made to load it, too.
  await setBalance(70_000);
  await Promise.all([
    page.waitForEvent("load"),
    page.evaluate(() => globalThis.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))),
  ]);
  await page.waitForSelector('[data-balance="fresh"][data-won="70000"]');
  expectQuiet(seen);
  await context.close();
});
