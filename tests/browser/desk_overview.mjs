// The overview looks again by itself without moving anything, and asks for nothing while nobody sees it; a review is taken
// with the keys alone, and with scripts off.

import { DESKTOP, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD } = process.env;
const TABS_AT_MOST = 60;

async function tabTo(page, selector) {
  for (let presses = 0; presses < TABS_AT_MOST; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
  }
  throw new Error(`${selector} cannot be reached with the Tab key`);
}

/** Hides the page from its own scripts, as another tab in front of it does. */
function hide(page, isHidden) {
  return page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  }, isHidden);
}

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: DESKTOP });
  await signIn(page, EMAIL, PASSWORD);
  // Without a stream it goes by its timer.
  await page.addInitScript(() => delete window.EventSource);
  await page.clock.install();
  await page.goto("/cs?range=week");
  check((await page.locator("svg.chart-bars[role=img]").count()) === 1, "there is no chart");
  const asked = [];
  page.on("request", (request) => request.headers()["hx-request"] && asked.push(request.headers()["naru-by-itself"]));
  const places = () => page.evaluate(() => [...document.querySelectorAll(".tile")].map((tile) => tile.getBoundingClientRect().top));
  await page.locator(".tile").nth(2).focus();
  const before = await places();
  const answered = page.waitForResponse((response) => response.url().includes("/cs?range=week"));
  await page.clock.fastForward(31_000);
  await answered;
  await page.waitForFunction(() => !document.querySelector(".htmx-request"));
  check(asked.length === 1, `the figures were asked for ${asked.length} times`);
  check(asked[0] === "yes", "the timer does not say that it asks by itself");
  check(JSON.stringify(await places()) === JSON.stringify(before), "something jumped");
  check(await page.evaluate(() => document.activeElement.matches(".tile")), "the focus is lost");
  await hide(page, true);
  await page.clock.fastForward(65_000);
  check(asked.length === 1, "it asks though nobody sees it");
  await hide(page, false);
  await page.locator(".chart details summary").click();
  await page.clock.fastForward(31_000);
  check(asked.length === 1, "the table is taken away from who reads it");

  await page.goto("/cs/reviews?tab=needs_review");
  const rows = await page.locator(".review").count();
  check(rows > 0, "nothing waits");
  await tabTo(page, ".review-who button");
  await page.keyboard.press("Enter");
  // It comes back to the same address: what it tells is the sign that it was done.
  await page.locator("main", { hasText: "내가 맡았어요" }).waitFor();
  check((await page.locator('form[action$="/release"]').count()) === 1, "it was not taken");
  expectQuiet(seen);
  await context.close();

  const plain = await open(browser, { javaScript: false });
  await signIn(plain.page, EMAIL, PASSWORD);
  await plain.page.goto("/cs");
  check((await plain.page.locator(".tile").count()) > 8, "there are no figures without scripts");
  await plain.page.goto("/cs/reviews?tab=needs_review&mine=yes");
  await plain.page.locator('form[action$="/release"] button').first().click();
  await plain.page.locator("main", { hasText: "내려놓았어요" }).waitFor();
  expectQuiet(plain.seen);
  await plain.context.close();
});
