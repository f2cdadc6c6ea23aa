// The bank's statement on the account's own page: asked for at a press, told in place, and at its own address after that.

import { PHONE, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, ACCOUNT_PATH } = process.env;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await signIn(page, EMAIL, PASSWORD, `/sign-in?next=${ACCOUNT_PATH}`);
  await page.evaluate(() => (globalThis.isTheSamePage = true));
  await page.getByRole("link", { name: "1주일" }).click();
  await page.waitForSelector("#statement .rows");
  check(await page.evaluate(() => globalThis.isTheSamePage), "the page was loaded anew");
  check(new URL(page.url()).pathname === `${ACCOUNT_PATH}/statement`, `the statement has no address of its own: ${page.url()}`);
  check((await page.locator('#statement [aria-current="true"]').innerText()) === "1주일", "the chosen period is not marked");
  const ends = await page.locator("#statement .rows .amount").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().right)));
  check(ends.length >= 2 && new Set(ends).size === 1, `the amounts do not end in one line: ${ends}`);
  const figures = await page.locator("#statement .rows .amount").first().evaluate((one) => getComputedStyle(one).fontVariantNumeric);
  check(figures.includes("tabular-nums"), `the figures are not of one width: ${figures}`);
  await screenshot(page, "account-statement-in-place-390");

  // Days that cannot be are told in place, too.
  await page.fill("#from", "2020-01-01");
  await page.evaluate(() => document.querySelector("#from").removeAttribute("min"));
  await page.click("#statement button[type=submit]");
  await page.waitForSelector("#from-help");
  check((await page.locator("#from-help").innerText()).includes("1년 전까지"), "it is not told why");

  await page.reload();
  check((await page.locator("h1").innerText()) === "은행 거래내역", "its address is not a page of its own");
  expectQuiet(seen);
  await context.close();
});
