// From signing up to the accounts, with the code that /dev/outbox shows, and the profile. With scripts on every step is
// also held to what every page owes.

import { check, run } from "./lib.mjs";
import { forEachVisitor, look, prove, send } from "./steps.mjs";

const { PASSWORD } = process.env;

await run((browser) =>
  forEachVisitor(browser, async ({ page, context, view, email }) => {
    await signUp(page, context, view, email);
    await profile(page, view);
  }),
);

async function signUp(page, context, view, email) {
  await page.goto("/");
  await page.locator('main a[href="/sign-up"]').click();
  await look(page, view, "sign-up");
  await prove(page, context, view, "/sign-up");
  await page.waitForURL("/sign-up/details");
  await look(page, view, "sign-up-details");
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', PASSWORD);
  await page.fill('[name="name"]', "박서연");
  await page.fill('[name="nickname"]', "서연");
  await page.fill('[name="birth_date"]', "1994-03-02");
  await send(page, "/sign-up/details");
  await page.waitForURL("/accounts");
  check((await page.locator("h1").count()) === 1, "the accounts are not shown");
}

async function profile(page, view) {
  await page.goto("/me/profile");
  await look(page, view, "profile");
  await page.fill('[name="nickname"]', "새별명");
  await send(page, "/me/profile");
  check((await page.locator("dd", { hasText: "새별명" }).count()) === 1, "the nickname is not shown");
}
