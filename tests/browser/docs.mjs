// The reference on a phone, without scripts: short, unfolded where an address leads, and whole on paper.

import { PHONE, check, expectQuiet, open, run } from "./lib.mjs";

const { CALL } = process.env;
// About four calls unfolded were as long.
const SHORT_PX = 4_000;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE, javaScript: false });
  const example = page.locator(`#${CALL} .listing`).first();

  await page.goto("/docs/api/payments");
  const { height } = await page.locator("body").boundingBox();
  check(height < SHORT_PX, `the reference is ${height} px long`);
  check(!(await example.isVisible()), "a call is unfolded that nobody asked for");
  await page.locator(`section[aria-labelledby="${CALL}-name"] summary`).first().click();
  check(await example.isVisible(), "a call is not unfolded by its name");

  await page.goto("/docs");
  await page.goto(`/docs/api/payments#${CALL}`);
  check(await example.isVisible(), "a call is not unfolded by its address");
  const name = await page.locator(`#${CALL}-name`).boundingBox();
  check(name.y >= 0 && name.y < PHONE.height, `the name is at ${name.y} px of the window`);

  await page.emulateMedia({ media: "print" });
  const calls = page.locator(".docs-call-body > .listing");
  for (const listing of await calls.all()) {
    check(await listing.isVisible(), "a call is not on paper");
  }
  expectQuiet(seen);
  await context.close();
});
