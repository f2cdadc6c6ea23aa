// From signing up to the accounts, with the code that /dev/outbox shows; then the forgotten password of the same person,
// and their profile. With scripts on every step is also held to what every page owes.

import { DESKTOP, PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { PASSWORD } = process.env;
const views = [
  { name: "phone-ko", viewport: PHONE, colorScheme: "light", locale: "ko-KR", number: "010-2222-3333" },
  { name: "desk-en", viewport: DESKTOP, colorScheme: "dark", locale: "en-US", number: "+82 10-4444-5555" },
  { name: "plain-ko", viewport: PHONE, colorScheme: "light", locale: "ko-KR", number: "010 6666 7777", javaScript: false },
];

await run(async (browser) => {
  for (const view of views) {
    const { page, context, seen } = await open(browser, view);
    const email = `${view.name}@example.test`;
    await signUp(page, context, view, email);
    await profile(page, view);
    await context.clearCookies({ name: "naru_session" });
    await forgotten(page, context, view, email);
    // What was refused on purpose is told by the console as well.
    seen.errors = seen.errors.filter((sentence) => !/422 \(Unprocessable/.test(sentence));
    expectQuiet(seen);
    await context.close();
  }
});

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

// Number, a wrong code, the right one.
async function prove(page, context, view, base) {
  await page.fill('[name="phone"]', view.number);
  await send(page, base);
  await page.waitForURL(`${base}/code`);
  const input = page.locator('[name="code"]');
  check((await input.getAttribute("autocomplete")) === "one-time-code", "the code is not offered by the phone");
  check((await input.getAttribute("inputmode")) === "numeric", "the keyboard has letters");
  check(!(await page.content()).includes("3333"), "the number is not masked");
  await look(page, view, `${base.slice(1)}-code`);
  const code = await codeFromOutbox(context);
  await input.fill(code === "000000" ? "000001" : "000000");
  await send(page, `${base}/code`);
  check((await page.locator('[role="alert"].notice').count()) === 1, "a wrong code is not told");
  await look(page, view, `${base.slice(1)}-code-wrong`);
  await page.fill('[name="code"]', code);
  await send(page, `${base}/code`);
}

async function forgotten(page, context, view, email) {
  await page.goto("/sign-in");
  await page.locator('a[href="/password/forgotten"]').click();
  await look(page, view, "forgotten");
  // The pause between two codes is the server's; the test lets it pass.
  await prove(page, context, view, "/password/forgotten");
  await page.waitForURL("/password/forgotten/new");
  await look(page, view, "forgotten-new");
  await page.fill('[name="password"]', `${PASSWORD}-new`);
  await send(page, "/password/forgotten/new");
  await page.waitForURL("/sign-in");
  await look(page, view, "forgotten-done");
  await signIn(page, email, `${PASSWORD}-new`);
  check(new URL(page.url()).pathname === "/accounts", "the new password does not sign in");
}

async function profile(page, view) {
  await page.goto("/me/profile");
  await look(page, view, "profile");
  await page.fill('[name="nickname"]', "새별명");
  await send(page, "/me/profile");
  check((await page.locator("dd", { hasText: "새별명" }).count()) === 1, "the nickname is not shown");
}

async function send(page, action) {
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

async function look(page, { name, viewport, javaScript = true }, step) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 0);
  check(width <= viewport.width, `${step} is ${width} px wide`);
  const findings = javaScript ? await axe(page) : [];
  check(findings.length === 0, `${step}:\n  ${findings.join("\n  ")}`);
  await screenshot(page, `steps-${step.replaceAll("/", "-")}-${name}`);
}
