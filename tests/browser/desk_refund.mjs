// A refund whose button is pressed twice: with scripts the second press is the same wish, without them the server knows.

import { DESKTOP, PHONE, arrive, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, PAYMENT } = process.env;

const looks = [
  { name: "scripts", viewport: DESKTOP, colorScheme: "light", locale: "ko-KR", amount: "1,000" },
  { name: "plain", viewport: PHONE, colorScheme: "dark", locale: "en-US", javaScript: false, amount: "2000" },
];

await run(async (browser) => {
  for (const view of looks) {
    const { page, context, seen } = await open(browser, view);
    await signIn(page, EMAIL, PASSWORD);
    await page.goto(`/cs/payments/${PAYMENT}`);
    await page.locator(`a[href="/cs/payments/${PAYMENT}/refund"]`).click();
    await page.waitForURL(/\/refund$/);
    await look(page, view, "1-open");
    // What is missing is told, and what was typed stays.
    await page.fill("#amount", "0");
    await page.fill("#reason", "고객 문의");
    await press(page, (button) => button.click());
    check((await page.locator("#amount-help.error").count()) === 1, "a wrong amount is not told");
    check((await page.inputValue("#reason")) === "고객 문의", "the reason was lost");
    await look(page, view, "2-refused");
    await page.fill("#amount", view.amount);
    await press(page, (button) => button.dblclick());
    await arrive(page, /\/cs\/payments\/ref_[0-9a-f]{32}$/);
    await look(page, view, "3-refund");
    // A refused form is told by the console as well.
    seen.errors = seen.errors.filter((sentence) => !/422 \(Unprocessable/.test(sentence));
    expectQuiet(seen);
    await context.close();
  }
});

async function press(page, how) {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await how(page.locator('form.action-form button[type="submit"]'));
  await answered;
  await page.waitForLoadState();
}

async function look(page, view, step) {
  const what = `${step} (${view.name})`;
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  check(width <= view.viewport.width, `${what} is ${width} px wide`);
  check((await page.locator("h1").count()) === 1, `${what} has not one h1`);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("main .action-form input:not([type=hidden]), main .action-form button, main .action-links a")]
      .map((control) => [control, control.getBoundingClientRect()])
      .filter(([, box]) => box.height > 0 && box.height < 43.5)
      .map(([control, box]) => `${control.outerHTML.slice(0, 90)} is ${Math.round(box.height)} px high`),
  );
  check(small.length === 0, `${what}: smaller than a finger:\n  ${small.join("\n  ")}`);
  const findings = view.javaScript === false ? [] : await axe(page);
  check(findings.length === 0, `${what}:\n  ${findings.join("\n  ")}`);
  await screenshot(page, `desk-refund-${step}-${view.name}`);
}
