// A caller is on the line, and the agent's hands stay on the keys: search, open, read, copy the words, give the money back.

import { tabTo } from "./focus.mjs";
import { DESKTOP, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, SAYS, OPENS } = process.env;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: DESKTOP });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/cs/payments");
  await tabTo(page, 'main input[name="q"]');
  await page.keyboard.type(SAYS);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`main a[href="/cs/payments/${OPENS}"]`);
  await tabTo(page, `main a[href="/cs/payments/${OPENS}"]`);
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/cs/payments/${OPENS}`));
  await tabTo(page, "#verdict button[data-copy]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#verdict button[data-copied]");
  const words = await page.evaluate(() => navigator.clipboard.readText());
  const shown = await page.locator("#verdict .say").first().innerText();
  check(words.trim() === shown.trim(), `copied was "${words}" and shown is "${shown}"`);
  check((await page.locator("#live").innerText()) !== "", "it is not said that the words are copied");

  // All that is left to give back is filled in, and what the caller reads of it; the reason is the agent's.
  await tabTo(page, `main a[href="/cs/payments/${OPENS}/refund"]`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/refund$/);
  await tabTo(page, "#reason");
  await page.keyboard.type("두 번 결제됐다고 문의");
  await tabTo(page, 'form.action-form button[type="submit"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/cs\/payments\/ref_[0-9a-f]{32}$/);
  await page.waitForSelector("#verdict .verdict.large");
  expectQuiet(seen);
  await context.close();
});
