// A shop's links, opened on a phone: pay, watch it, and return with ids alone; approve a mandate likewise.

import { PHONE, axe, check, expectQuiet, open, run, screenshot } from "./lib.mjs";

const { EMAIL, PASSWORD, LINKS } = process.env;
const { views, broke } = JSON.parse(LINKS);
const RETURN = "http://localhost:3000/done";

const looks = [
  { name: "ko-light", colorScheme: "light", locale: "ko-KR" },
  { name: "en-dark", colorScheme: "dark", locale: "en-US" },
  { name: "ko-plain", colorScheme: "light", locale: "ko-KR", javaScript: false },
  { name: "en-plain", colorScheme: "dark", locale: "en-US", javaScript: false },
];

await run(async (browser) => {
  for (const [number, view] of looks.entries()) {
    const { page, context, seen } = await open(browser, { viewport: PHONE, ...view });
    const { checkout, mandate } = views[number];
    await pay(page, view, `/checkout/${checkout}`);
    await returns(page, RETURN, { checkout_id: checkout, payment_id: /^pay_[0-9a-f]{32}$/, status: "succeeded" });
    await twice(page, `/checkout/${checkout}`, view);
    await approve(page, view, `/checkout/mandates/${mandate}`);
    await returns(page, RETURN, { mandate_id: mandate, status: "active" });
    if (number === 0) await tooLittle(page, view);
    // The shop is another host, and a wrong password is told by the console as well.
    seen.errors = seen.errors.filter((sentence) => !/422 \(Unprocessable|localhost:3000/.test(sentence));
    seen.foreign = seen.foreign.filter((sentence) => !sentence.includes(RETURN));
    expectQuiet(seen);
    await context.close();
  }
});

async function pay(page, view, path) {
  await page.goto(path);
  await look(page, view, "1-asked");
  await page.locator('main a[href^="/sign-in"]').click();
  await page.fill("#email", EMAIL);
  await page.fill("#password", PASSWORD);
  await page.locator('form.sheet button[type="submit"]').click();
  await page.waitForURL(path);
  if (view.javaScript === false) {
    await page.locator('a[href$="?wait=1"]').click();
    await page.waitForURL(`${path}?wait=1`);
    check((await page.locator('[data-balance="fresh"]').count()) === 2, "without scripts no balance is fresh");
  } else {
    await page.waitForFunction(() => document.querySelectorAll('[data-balance="fresh"]').length === 2);
  }
  await look(page, view, "2-pay");
  await page.fill("#password", "not-the-password");
  await send(page, path);
  check((await page.locator("#password-help.error").count()) === 1, "a wrong password is not told");
  check((await page.locator('input[name="account"]:checked').count()) === 1, "the account was lost");
  await look(page, view, "3-wrong-password");
  await page.fill("#password", PASSWORD);
  await send(page, path);
  await page.waitForURL(path);
  if (view.javaScript === false) {
    await page.waitForSelector('.verdict[data-moved="yes"]', { timeout: 40_000 });
  } else {
    // While the stream stands the timer of three seconds looks once in ten times: sooner it is the stream that tells.
    await page.waitForSelector("html[data-live-on]", { state: "attached" });
    await look(page, view, "4-moving");
    await page.waitForSelector('.verdict[data-moved="yes"]', { timeout: 25_000 });
    check((await page.locator("#news").count()) === 0, "a hosted page leads away");
  }
  await look(page, view, "5-done");
}

// The way back and another tab find the payment as it is.
async function twice(page, path, view) {
  await page.goto(path);
  check((await page.locator("#password").count()) === 0, "it can be paid once more");
  check((await page.locator('.verdict[data-moved="yes"]').count()) === 1, "a closed tab does not find its payment");
  await look(page, view, "6-again");
}

async function approve(page, view, path) {
  if (view.javaScript === false) {
    await page.goto(path);
  } else {
    await whileLoading(page, path, view);
  }
  await look(page, view, "7-mandate-accounts");
  await page.locator('label[for^="account-"]').first().click();
  await page.locator('form.sheet button[type="submit"]').click();
  await page.waitForURL(/account=acc_/);
  await page.check("#consent");
  await page.fill("#password", PASSWORD);
  await look(page, view, "8-mandate-text");
  await send(page, path);
  await page.waitForURL(path);
  await look(page, view, "9-mandate-done");
}

// Balances that are on their way can be read, too.
async function whileLoading(page, path, view) {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  const balances = /\/balance\?account=/;
  await page.route(balances, async (route) => { await released; await route.continue(); });
  await page.goto(path);
  check((await page.locator('[data-balance="loading"]').count()) === 2, "the balances do not load");
  await look(page, view, "7-mandate-loading");
  release();
  await page.waitForFunction(() => !document.querySelector('[data-balance="loading"]'));
  await page.unroute(balances);
}

async function tooLittle(page, view) {
  await page.goto(`/checkout/${broke}`);
  await page.waitForFunction(() => !document.querySelector('[data-balance="loading"]'));
  check((await page.locator(".short").count()) > 0, "too little is not said beforehand");
  await look(page, view, "a-too-little");
  await page.fill("#password", PASSWORD);
  await send(page, `/checkout/${broke}`);
  await page.waitForSelector('.verdict[data-moved="no"]', { timeout: 40_000 });
  await page.waitForFunction(() => !document.querySelector("[data-progress][hx-trigger*=every]"), null, { timeout: 40_000 });
  await look(page, view, "b-failed");
}

async function send(page, path) {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.locator(`form[action="${path}"] button[type="submit"]`).click();
  await answered;
  await page.waitForLoadState();
}

/** The button back to the shop leads there, with these and nothing else. */
async function returns(page, address, answer) {
  // The shop itself: without it the visit ends in the browser's own page, some time later.
  await page.route(`${address}**`, (route) => route.fulfill({ contentType: "text/html", body: "<title>shop</title>" }));
  const asked = page.waitForRequest((request) => request.url().startsWith(address));
  await page.locator('.next-ways a[rel="noreferrer"]').click();
  await page.waitForURL((now) => now.href.startsWith(address));
  const url = new URL((await asked).url());
  const told = Object.fromEntries(url.searchParams);
  check(Object.keys(told).sort().join() === Object.keys(answer).sort().join(), `the shop is told ${url.search}`);
  for (const [name, value] of Object.entries(answer)) {
    const fits = value instanceof RegExp ? value.test(told[name]) : told[name] === value;
    check(fits, `${name} is ${told[name]}`);
  }
  check(!(await asked).headers().referer, "the shop is told where the member comes from");
}

async function look(page, view, step) {
  const what = `${step} (${view.name})`;
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  check(width <= PHONE.width, `${what} is ${width} px wide`);
  check((await page.locator("h1").count()) === 1, `${what} has not one h1`);
  check((await page.getAttribute("html", "lang")) === view.locale.slice(0, 2), `${what} is not in the visitor's language`);
  check((await page.title()).length > 5, `${what} has no title`);
  const small = await tooSmall(page);
  check(small.length === 0, `${what}: smaller than a finger:\n  ${small.join("\n  ")}`);
  const findings = view.javaScript === false ? [] : await axe(page);
  check(findings.length === 0, `${what}:\n  ${findings.join("\n  ")}`);
  await screenshot(page, `checkout-${step}-${view.name}`);
}

/** Controls that are less than 44 px high. */
function tooSmall(page) {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll("main a, main button, main input:not([type=hidden]), header a")];
    return controls
      .map((control) => [control, (control.closest("label") ?? control).getBoundingClientRect()])
      .filter(([, box]) => box.height > 0 && box.height < 43.5)
      .map(([control, box]) => `${control.outerHTML.slice(0, 90)} is ${Math.round(box.height)} px high`);
  });
}
