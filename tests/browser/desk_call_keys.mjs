// A caller is on the line, and the agent's hands stay on the keys: search, open, read, copy the words.

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
  expectQuiet(seen);
  await context.close();
});
