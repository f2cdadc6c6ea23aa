// What signing up, another number and a forgotten password share: the visitors, with the number that they sign up with and
// the one that they have later, a number with its code, and a look at each step.

import { DESKTOP, PHONE, axe, check, expectQuiet, open, screenshot } from "./lib.mjs";

export const views = [
  { name: "phone-ko", viewport: PHONE, colorScheme: "light", locale: "ko-KR", number: "010-2222-3333", later: "010-2323-4545" },
  { name: "desk-en", viewport: DESKTOP, colorScheme: "dark", locale: "en-US", number: "+82 10-4444-5555", later: "+82 10-5656-7878" },
  { name: "plain-ko", viewport: PHONE, colorScheme: "light", locale: "ko-KR", number: "010 6666 7777", later: "010 8989 1212", javaScript: false },
];

/** Runs the steps once for each visitor. */
export async function forEachVisitor(browser, steps) {
  for (const view of views) {
    const { page, context, seen } = await open(browser, view);
    await steps({ page, context, view, email: `${view.name}@example.test` });
    // What was refused on purpose is told by the console as well.
    seen.errors = seen.errors.filter((sentence) => !/422 \(Unprocessable/.test(sentence));
    expectQuiet(seen);
    await context.close();
  }
}

/** The number, a wrong code, the right one. */
export async function prove(page, context, view, base, number) {
  await page.fill('[name="phone"]', number);
  await send(page, base);
  await page.waitForURL(`${base}/code`);
  const input = page.locator('[name="code"]');
  check((await input.getAttribute("autocomplete")) === "one-time-code", "the code is not offered by the phone");
  check((await input.getAttribute("inputmode")) === "numeric", "the keyboard has letters");
  check(!(await page.locator("main").innerText()).includes(number.slice(-4)), "the number is not masked");
  await look(page, view, `${base.slice(1)}-code`);
  const code = await codeFromOutbox(context);
  await input.fill(code === "000000" ? "000001" : "000000");
  await send(page, `${base}/code`);
  check((await page.locator('[role="alert"].notice').count()) === 1, "a wrong code is not told");
  await look(page, view, `${base.slice(1)}-code-wrong`);
  await page.fill('[name="code"]', code);
  await send(page, `${base}/code`);
}

/** Sends the form and waits for what it leads to. */
export async function send(page, action) {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.locator(`form[action="${action}"] button[type="submit"]`).click();
  await answered;
  await page.waitForLoadState();
}

async function codeFromOutbox(context) {
  const outbox = await context.newPage();
  await outbox.goto("/dev/outbox");
  const text = await outbox.locator(".outbox li").first().innerText();
  await outbox.close();
  return text.match(/\b\d{6}\b/)[0];
}

export async function look(page, { name, viewport, javaScript = true }, step) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 0);
  check(width <= viewport.width, `${step} is ${width} px wide`);
  const findings = javaScript ? await axe(page) : [];
  check(findings.length === 0, `${step}:\n  ${findings.join("\n  ")}`);
  await screenshot(page, `steps-${step.replaceAll("/", "-")}-${name}`);
}
