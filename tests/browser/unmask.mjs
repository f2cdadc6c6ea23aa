// Staff see an account number whole: it goes after a minute of the page's clock, with the network gone as well, and when
// the page is left; without scripts the page that shows it says so.

import { DESKTOP, PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, MEMBER, NUMBER } = process.env;
const REASON = "고객이 등록 번호를 물었어요";

async function unmask(page) {
  const value = await page.locator("#unmask-what option").nth(1).getAttribute("value");
  await page.selectOption("#unmask-what", value);
  await page.fill("#unmask-reason", REASON);
  await page.locator("#unmask button[type=submit]").click();
  await page.locator("[data-whole]").waitFor();
}

const shows = async (page) => (await page.locator("body").innerText()).includes(NUMBER);

await run(async (browser) => {
  const desk = await open(browser, { viewport: DESKTOP });
  const { page } = desk;
  await page.clock.install();
  await signIn(page, EMAIL, PASSWORD);
  await page.goto(MEMBER);
  check(!(await shows(page)), "the number is not masked");

  // A form without a reason says so in its place, and nothing is shown.
  await page.evaluate(() => document.querySelector("#unmask-reason").removeAttribute("required"));
  await page.locator("#unmask button[type=submit]").click();
  await page.locator("#unmask-reason-help.error").waitFor();
  check((await page.locator("#alert").innerText()) === "", "the fault is told twice");

  await unmask(page);
  check(await shows(page), "the number is not shown");
  check((await page.locator("#live").textContent()).includes("가리지 않은 정보"), "it is not announced");
  check((await page.evaluate(() => document.activeElement.id)) === "unmask-title", "the focus is lost");
  const findings = await axe(page);
  check(findings.length === 0, findings.join("\n"));
  await screenshot(page, "unmasked-1280");
  await page.clock.runFor(45_000);
  check(await shows(page), "it went before its time");
  await page.clock.runFor(16_000);
  check(!(await shows(page)), "the number is there after its time");
  await page.locator("#unmask form").waitFor();
  check(!(await shows(page)), "the form that came back shows the number");

  // No answer comes: the page forgets it by itself.
  await unmask(page);
  await desk.context.setOffline(true);
  await page.clock.runFor(61_000);
  check(!(await shows(page)), "without a network the number stays");
  await desk.context.setOffline(false);

  // Left and come back to: it is not there.
  await page.goto(MEMBER);
  await unmask(page);
  await page.goto("/cs/members");
  await page.goBack();
  check(!(await shows(page)), "the way back shows the number");
  desk.seen.errors = desk.seen.errors.filter((sentence) => !/422|ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(sentence));
  expectQuiet(desk.seen);

  const plain = await open(browser, { viewport: PHONE, javaScript: false });
  await signIn(plain.page, EMAIL, PASSWORD);
  await plain.page.goto(MEMBER);
  const value = await plain.page.locator("#unmask-what option").nth(1).getAttribute("value");
  await plain.page.selectOption("#unmask-what", value);
  await plain.page.fill("#unmask-reason", REASON);
  const [response] = await Promise.all([
    plain.page.waitForResponse((response) => response.request().method() === "POST"),
    plain.page.locator("#unmask button[type=submit]").click(),
  ]);
  check((await response.headerValue("cache-control")) === "no-store", "the page may be kept");
  check((await response.headerValue("refresh")).startsWith("60;url=/cs/members/"), "the page does not go by itself");
  await plain.page.locator("[data-whole]").waitFor();
  const text = await plain.page.locator("main").innerText();
  check(text.includes(NUMBER) && text.includes("한 번만 보여드리는 화면이에요"), "the page does not say what it is");
  await screenshot(plain.page, "unmasked-page-390");
  await plain.page.goto(MEMBER);
  check(!(await shows(plain.page)), "the member's page shows the number");
  expectQuiet(plain.seen);
});
