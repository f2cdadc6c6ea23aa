// A newcomer on a phone signs up with the code of the outbox and links a first account.

import { check, expectQuiet, open, run } from "./lib.mjs";
import { look, prove, send, views } from "./steps.mjs";

const { EMAIL, PASSWORD, NUMBER } = process.env;
const [view] = views;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, view);
  await page.goto("/");
  await page.locator('main a[href="/sign-up"]').click();
  await prove(page, context, view, "/sign-up", view.number);
  await page.waitForURL("/sign-up/details");
  const typed = { email: EMAIL, password: PASSWORD, name: "김민지", nickname: "민지", birth_date: "1994-03-02" };
  for (const [name, value] of Object.entries(typed)) await page.fill(`[name="${name}"]`, value);
  await send(page, "/sign-up/details");
  await page.waitForURL("/accounts");
  await look(page, view, "newcomer-no-account");

  await page.locator('main a[href="/accounts/new"]').first().click();
  await page.waitForURL("/accounts/new");
  await page.fill("#number", NUMBER);
  await page.click("form.sheet button[type=submit]");
  await page.check("#consent");
  await look(page, view, "newcomer-consent");
  await page.click("form.sheet button[type=submit]");
  await page.waitForURL(/\/accounts\/acc_[0-9a-f]+\/linked/);
  await look(page, view, "newcomer-linked");

  await page.goto("/accounts");
  await page.waitForSelector('[data-balance="fresh"]');
  check(!(await page.content()).includes(NUMBER), "the number is not masked");
  // The wrong code of the sign-up is told by the console as well.
  seen.errors = seen.errors.filter((sentence) => !/422 \(Unprocessable/.test(sentence));
  expectQuiet(seen);
  await context.close();
});
