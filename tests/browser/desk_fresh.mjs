// The page of an unknown payment turns to its result by itself: what is typed stays, what was opened stays open, what is
// under the pointer stays where it is; a hidden tab asks nothing.

import { DESKTOP, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

// A look at `SIGNAL` tells the test that the page is as it should be when the bank's answer comes.
const { EMAIL, PASSWORD, PAYMENT, SIGNAL } = process.env;
const WORDS = "고객이 다시 문의";

function hide(isHidden) {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: DESKTOP });
  await signIn(page, EMAIL, PASSWORD, `/sign-in?next=/cs/payments/${PAYMENT}`);
  await page.waitForSelector("#verdict");
  const looks = [];
  page.on("request", (request) => request.url().includes("/fresh") && looks.push(request.headers()["naru-by-itself"]));

  await page.evaluate(hide, true);
  // A page that was long in coming may have looked before.
  const beforeItWasHidden = looks.length;
  await page.evaluate(() => window.htmx.trigger(document.querySelector("[data-fresh]"), "fresh"));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  check(looks.length === beforeItWasHidden, "a hidden tab asks");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().includes("/fresh")),
    page.evaluate(hide, false),
  ]);
  check(answer.status() === 204, `nothing is new, and the answer is ${answer.status()}`);

  await page.locator(".correction > summary").click();
  await page.fill("#reason", WORDS);
  const opened = page.locator("#story details.exchange").first();
  await opened.locator("summary").click();
  await page.locator("#reason").focus();
  const place = () => page.evaluate(() => document.querySelector("#reason").getBoundingClientRect().top);
  const before = await place();
  await screenshot(page, "fresh-before-1280");

  await page.request.get(`/cs/payments/${SIGNAL}`);
  await page.waitForSelector('#verdict .verdict.large[data-moved="yes"]', { timeout: 60_000 });
  check((await page.inputValue("#reason")) === WORDS, "what was typed is lost");
  check(await page.evaluate(() => document.activeElement.id === "reason"), "the field that was typed in has lost the focus");
  check(await opened.evaluate((details) => details.open), "what was opened is closed");
  const moved = Math.abs((await place()) - before);
  check(moved <= 1, `the field that was typed in has moved by ${moved} px`);
  check(looks.every((said) => said === "yes"), `a look does not say that it is made by itself: ${looks}`);
  check((await page.locator("[data-fresh]").count()) === 0, "it looks again though nothing changes any more");
  check((await page.locator("#verdict button[data-copy]").first().isVisible()), "the words cannot be copied any more");
  check((await page.locator("#live").innerText()) !== "", "the change is not announced");
  const findings = await axe(page);
  check(findings.length === 0, findings.join("\n  "));
  await screenshot(page, "fresh-after-1280");
  expectQuiet(seen);
  await context.close();
});
