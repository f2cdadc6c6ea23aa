// A forgotten password of those who signed up in `sign_up.mjs`: the phone, its code, a new password that signs in.

import { check, run, signIn } from "./lib.mjs";
import { forEachVisitor, look, prove, send } from "./steps.mjs";

const { PASSWORD } = process.env;

await run((browser) =>
  forEachVisitor(browser, async ({ page, context, view, email }) => {
    await page.goto("/sign-in");
    await page.locator('a[href="/password/forgotten"]').click();
    await look(page, view, "forgotten");
    await prove(page, context, view, "/password/forgotten", view.later);
    await page.waitForURL("/password/forgotten/new");
    await look(page, view, "forgotten-new");
    await page.fill('[name="password"]', PASSWORD);
    await send(page, "/password/forgotten/new");
    await page.waitForURL("/sign-in");
    await look(page, view, "forgotten-done");
    await signIn(page, email, PASSWORD);
    check(new URL(page.url()).pathname === "/accounts", "the new password does not sign in");
  }),
);
