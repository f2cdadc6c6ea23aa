// A page that has no stream any more: where it was one of too many it comes back after a while, where the session is over it
// asks why once, and then no more until somebody looks at it again.

import { PHONE, baseUrl, check, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD } = process.env;
const OF_A_SESSION = 16;

function hide(isHidden) {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

const isLive = (page) => page.waitForSelector("html[data-live-on]", { state: "attached" });
const isNotLive = (page) => page.waitForSelector("html:not([data-live-on])", { state: "attached" });
const isOfStream = (request) => new URL(request.url()).pathname === "/live";

/** Opens as many streams as the session may have, beside the page's own. */
async function crowd(context) {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const streams = [];
  while (streams.length < OF_A_SESSION) streams.push(await fetch(`${baseUrl}/live`, { headers: { cookie } }));
  check(streams.every(({ status }) => status === 200), "another stream was refused");
  return streams;
}

async function signOutElsewhere(context) {
  const other = await context.newPage();
  await other.goto("/me");
  await Promise.all([other.waitForURL(/sign-in|\/$/), other.locator('header form[action="/sign-out"] button').click()]);
  await other.close();
}

await run(async (browser) => {
  const { page, context } = await open(browser, { viewport: PHONE });
  const asked = [];
  page.on("request", (request) => isOfStream(request) && asked.push(request.method()));
  await signIn(page, EMAIL, PASSWORD);
  await page.clock.install();

  // One of too many: back after a minute, and not before.
  await page.goto("/me");
  await isLive(page);
  const streams = await crowd(context);
  await isNotLive(page);
  asked.length = 0;
  await page.clock.fastForward(59_000);
  check(asked.length === 0, `it came back before it was told to: ${asked}`);
  await Promise.all(streams.map((stream) => stream.body.cancel()));
  const again = page.waitForRequest(isOfStream);
  await page.clock.fastForward(32_000);
  await again;
  await isLive(page);

  // The session ends while nobody sees the page, which has nothing to look for.
  await page.evaluate(hide, true);
  await signOutElsewhere(context);
  asked.length = 0;
  const why = page.waitForResponse((response) => response.request().method() === "HEAD");
  await page.evaluate(hide, false);
  check((await why).status() === 401, "it is not told that the session is over");
  await page.clock.fastForward(600_000);
  check(asked.join() === "GET,HEAD", `nobody looked, and it asked: ${asked}`);
  await page.evaluate(hide, true);
  const anew = page.waitForRequest(isOfStream);
  await page.evaluate(hide, false);
  await anew;

  // A page that has something to look for goes where one signs in.
  await signIn(page, EMAIL, PASSWORD);
  await page.goto("/payments");
  await isLive(page);
  await page.evaluate(hide, true);
  await signOutElsewhere(context);
  await page.evaluate(hide, false);
  await page.waitForURL(/sign-in/);
  await context.close();
});
