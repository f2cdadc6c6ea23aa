// Pages that are open hear what happens: a payment turns to its result, a list and a balance follow, one sentence tells of
// it on any other page. A hidden tab has no stream; without one the timers do it.

import { PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, KEY, MANDATE, ACCOUNT, DESK_EMAIL } = process.env;

/** Keeps an eye on the streams that a page opens. */
function watchStreams() {
  window.streams = [];
  const Original = window.EventSource;
  window.EventSource = class extends Original {
    constructor(...all) {
      super(...all);
      window.streams.push(this);
    }
  };
}

function hide(isHidden) {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

const isLive = (page) => page.waitForSelector("html[data-live-on]", { state: "attached" });
const openStreams = (page) => page.evaluate(() => window.streams.filter((stream) => stream.readyState !== 2).length);

let orders = 0;
async function pay(context, amount = 12_300) {
  orders += 1;
  const made = await context.request.post("/api/v1/payments", {
    headers: { authorization: `Bearer ${KEY}`, "idempotency-key": `live-${orders}` },
    data: { mandate_id: MANDATE, order_id: `live-${orders}`, amount, description: "드립백 커피" },
  });
  check(made.status() === 202, `the payment was answered with ${made.status()}`);
  return (await made.json()).id;
}

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await page.addInitScript(watchStreams);
  await signIn(page, EMAIL, PASSWORD);

  // The balance follows, without a hand.
  await page.goto("/accounts");
  await isLive(page);
  await page.waitForSelector(`#balance-${ACCOUNT}[data-balance=fresh]`);
  const won = () => page.locator(`#balance-${ACCOUNT}`).getAttribute("data-won").then(Number);
  const before = await won();
  const first = await pay(context);
  await page.waitForFunction(
    ([id, amount]) => Number(document.getElementById(id)?.dataset.won) === amount,
    [`balance-${ACCOUNT}`, before - 12_300],
  );
  const news = page.locator("#news");
  await news.locator("a").waitFor();
  check((await news.getAttribute("aria-live")) === "polite", "nobody hears of it");
  check((await news.innerText()).includes("출금됐어요"), `it is told as: ${await news.innerText()}`);
  check((await news.locator("a").getAttribute("href")) === `/payments/${first}`, "it leads elsewhere");
  await screenshot(page, "live-accounts");
  const findings = await axe(page);
  check(findings.length === 0, findings.join("\n"));

  // The sum of the first page as well.
  await page.goto("/");
  await isLive(page);
  const sum = () => page.locator("#home-total .figure").innerText().then((text) => Number(text.replace(/\D/g, "")));
  const known = await sum();
  check(known === before - 12_300, `the first page knows ${known}`);
  const zeroth = await pay(context);
  await page.waitForSelector(`#latest a[href="/payments/${zeroth}"]:not(:has([data-status]))`);
  await page.waitForFunction(
    (won) => Number(document.querySelector("#home-total .figure").innerText.replace(/\D/g, "")) === won,
    known - 12_300,
  );

  // A list has what came meanwhile.
  await page.goto("/payments");
  await isLive(page);
  const second = await pay(context);
  await page.waitForSelector(`#list a[href="/payments/${second}"]`);

  // The page of a payment: asked for when something happened, and by no timer.
  await page.goto(`/payments/${second}`);
  await isLive(page);
  await page.waitForSelector('.verdict[data-moved="yes"]');
  const looks = [];
  page.on("request", (request) => request.url().includes("/progress") && looks.push(request.headers()));
  await context.request.post(`/api/v1/payments/${second}/refunds`, {
    headers: { authorization: `Bearer ${KEY}`, "idempotency-key": "live-refund" },
    data: { amount: 300, reason: "반품" },
  });
  await page.waitForSelector("#refunds-title");
  check(looks.length > 0, "nobody asked");
  check(looks.every((headers) => headers["naru-by-itself"] === "yes"), "a look of the page's own counts as use");
  check((await news.innerText()) === "", "what the page shows is told beside it");

  // Nobody sees it: no stream. Somebody does: from where it was.
  await page.evaluate(hide, true);
  check((await openStreams(page)) === 0, "a hidden tab has a stream");
  check((await page.locator("html[data-live-on]").count()) === 0, "its timers rest");
  const asked = page.waitForRequest((request) => request.url().includes("/live?last=evt_"));
  await page.evaluate(hide, false);
  await asked;
  await isLive(page);
  check((await openStreams(page)) === 1, "there is not one stream");

  // The session ends, and the page goes where one signs in.
  const other = await context.newPage();
  await other.goto("/me");
  await Promise.all([other.waitForURL(/sign-in|\/$/), other.locator('header form[action="/sign-out"] button').click()]);
  await page.waitForURL(/sign-in/);
  expectQuiet(seen);
  await context.close();

  // Without streams the timers do it.
  const without = await open(browser, { viewport: PHONE });
  await without.page.addInitScript(() => delete window.EventSource);
  await signIn(without.page, EMAIL, PASSWORD);
  const third = await pay(without.context);
  await without.page.goto(`/payments/${third}`);
  await without.page.waitForSelector('.verdict[data-moved="yes"]', { timeout: 20_000 });
  expectQuiet(without.seen);
  await without.context.close();

  // The desk's list is told of newer rows at once, and its rows stay as they are.
  const desk = await open(browser);
  await desk.page.addInitScript(watchStreams);
  await signIn(desk.page, DESK_EMAIL, PASSWORD);
  await desk.page.goto("/cs/payments");
  await isLive(desk.page);
  const shown = await desk.page.locator("[data-keys-rows] a.cover").count();
  const asks = [];
  desk.page.on("request", (request) => request.url().includes("/newer") && asks.push(request.headers()["naru-by-itself"]));
  await pay(desk.context);
  await desk.page.locator("[data-newer]").waitFor({ state: "visible", timeout: 20_000 });
  check((await desk.page.locator("[data-keys-rows] a.cover").count()) === shown, "rows come by themselves");
  check(asks.every((said) => said === "yes"), `the bar does not say that it asks by itself: ${asks}`);
  // The page of one payment, settled long ago: no timer asks for it any more.
  await desk.page.goto(`/cs/payments/${second}`);
  await isLive(desk.page);
  const mark = await desk.page.locator("#fresh").getAttribute("hx-get");
  check(!(await desk.page.locator("#fresh").getAttribute("hx-trigger")).includes("every"), "a timer asks for what is settled");
  await desk.context.request.post(`/api/v1/payments/${second}/refunds`, {
    headers: { authorization: `Bearer ${KEY}`, "idempotency-key": "live-refund-2" },
    data: { amount: 200, reason: "반품" },
  });
  await desk.page.waitForFunction((was) => document.getElementById("fresh").getAttribute("hx-get") !== was, mark);
  expectQuiet(desk.seen);
  await desk.context.close();

  // With a server that has no room for a stream they do, too.
  const full = await open(browser, { viewport: PHONE });
  await full.page.route(/\/live(\?|$)/, (route) => route.fulfill({ status: 503, body: "full" }));
  await signIn(full.page, EMAIL, PASSWORD);
  const fourth = await pay(full.context);
  await full.page.goto(`/payments/${fourth}`);
  await full.page.waitForSelector('.verdict[data-moved="yes"]', { timeout: 20_000 });
  await full.context.close();
});
