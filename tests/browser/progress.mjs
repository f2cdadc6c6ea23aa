// A link that takes longer than a page waits: the page that follows looks again by itself and ends at the result, with
// scripts and without.

import { PHONE, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD } = process.env;

await run(async (browser) => {
  for (const [javaScript, number] of [[true, "3020000000801"], [false, "3020000000802"]]) {
    const { page, context, seen } = await open(browser, { viewport: PHONE, javaScript });
    await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/accounts/new");
    await page.fill("#number", number);
    await page.click("form.sheet button[type=submit]");
    await page.check("#consent");
    await page.click("form.sheet button[type=submit]");
    await page.waitForURL(/\/link$/);
    check((await page.locator("h1").innerText()) === "은행에 등록하고 있어요", "it is not told what is going on");
    await screenshot(page, `link-in-hand-${javaScript ? "scripts" : "no-scripts"}-390`);
    await page.waitForURL(/\/linked$/);
    check((await page.locator("h1").innerText()) === "계좌를 연결했어요", "it is not told how it ended");
    expectQuiet(seen);
    await context.close();
  }

  // While an answer is waited for, the form says for what.
  const { page, context } = await open(browser, { viewport: PHONE });
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/accounts/new");
  await page.fill("#number", "3020000000803");
  await page.evaluate(() => document.querySelector("form.sheet").addEventListener("submit", (event) => event.preventDefault()));
  await page.click("form.sheet button[type=submit]");
  const busy = page.locator("form.sheet [data-busy]");
  check(await busy.isVisible(), "nothing is said while the bank is asked");
  check((await busy.innerText()).includes("예금주를 확인하고 있어요"), "it is not said what is waited for");
  check(!(await page.locator("form.sheet [data-idle]").isVisible()), "two things are said at once");
  await context.close();
});
