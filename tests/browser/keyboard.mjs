// An account is linked and let go with the keys alone, and the eye always sees where one is.

import { tabTo } from "./focus.mjs";
import { PHONE, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD } = process.env;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/accounts");

  await tabTo(page, 'a[href="/accounts/new"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts\/new$/);
  await tabTo(page, 'input[name="bank"]');
  await page.keyboard.press("ArrowDown");
  check((await page.inputValue("input[name=bank]:checked")) === "012", "the arrow does not choose the other bank");
  await page.keyboard.press("ArrowUp");
  await tabTo(page, "#number");
  await page.keyboard.type("3020001234567");
  await tabTo(page, "#nickname");
  await page.keyboard.type("key");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#consent");
  await tabTo(page, "#consent");
  await page.keyboard.press("Space");
  await tabTo(page, "form.sheet button[type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/linked$/);
  await tabTo(page, 'main a.primary[href="/accounts"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts$/);

  await tabTo(page, "a.cover");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts\/acc_/);
  await tabTo(page, ".danger-zone summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "button.danger");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts$/);
  check((await page.locator("main").innerText()).includes("계좌 연결을 끊었어요"), "it is not told that the account is unlinked");
  check((await page.locator("a.cover").count()) === 0, "the account is still there");
  expectQuiet(seen);
  await context.close();
});
