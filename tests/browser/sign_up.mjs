// From signing up to the accounts, with the code that /dev/outbox shows, and the profile with another nickname and another
// number. With scripts on every step is also held to what every page owes.

import { check, run } from "./lib.mjs";
import { forEachVisitor, look, prove, send } from "./steps.mjs";

const { PASSWORD } = process.env;

await run((browser) =>
  forEachVisitor(browser, async ({ page, context, view, email }) => {
    await signUp(page, context, view, email);
    await profile(page, view);
    await anotherNumber(page, context, view);
  }),
);

async function signUp(page, context, view, email) {
  await page.goto("/");
  await page.locator('main a[href="/sign-up"]').click();
  await look(page, view, "sign-up");
  await prove(page, context, view, "/sign-up", view.number);
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

async function anotherNumber(page, context, view) {
  await page.fill('[name="password"]', PASSWORD);
  await prove(page, context, view, "/me/profile/phone", view.later);
  await page.waitForURL("/me/profile");
  const shown = view.later.replace(/\D/g, "").slice(-8, -4);
  check((await page.locator("dd", { hasText: shown }).count()) === 1, "the number is not shown");
  await look(page, view, "profile-number-changed");
}
