// Proves the listening page of lib.mjs: the clean page is quiet, and each fault on the others is found out.

import { axe, check, expectQuiet, open, PHONE, run, screenshot, signIn } from "./lib.mjs";

await run(async (browser) => {
  await cleanPageIsQuiet(browser);
  await violationIsSeen(browser, { javaScript: true });
  await violationIsSeen(browser, { javaScript: false });
  await foreignRequestIsSeen(browser);
  await consoleErrorsAreSeen(browser);
  await contextIsAsAsked(browser);
  await axeFindsWhatIsThere(browser);
  await signInFillsTheForm(browser);
});

async function cleanPageIsQuiet(browser) {
  const { page, context, seen } = await open(browser);
  await page.goto("/clean");
  expectQuiet(seen);
  check((await axe(page)).length === 0, `axe found fault with the clean page: ${await axe(page)}`);
  expectQuiet(seen);
  await screenshot(page, "helper-clean");
  await context.close();
}

async function violationIsSeen(browser, { javaScript }) {
  const { page, context, seen } = await open(browser, { javaScript });
  await page.goto("/inline-style");
  await until(() => seen.violations.length > 0, `the violation was not seen with javaScript: ${javaScript}`);
  refuses(seen, "CSP violation");
  await context.close();
}

async function foreignRequestIsSeen(browser) {
  const { page, context, seen } = await open(browser);
  await page.goto("/foreign");
  await until(() => seen.foreign.length > 0, "the request to another host was not seen");
  check(seen.foreign[0].includes("elsewhere.test"), `another request was reported: ${seen.foreign}`);
  refuses(seen, "request to another host");
  await context.close();
}

async function consoleErrorsAreSeen(browser) {
  const { page, context, seen } = await open(browser);
  await page.goto("/throws");
  await until(() => seen.errors.some((sentence) => sentence.includes("uncaught: it broke")), "the uncaught error was not seen");
  await until(() => seen.errors.some((sentence) => sentence.includes("it grumbled")), "the console error was not seen");
  refuses(seen, "console error");
  await context.close();
}

async function contextIsAsAsked(browser) {
  const { page, context } = await open(browser, { locale: "en-US", viewport: PHONE, colorScheme: "dark" });
  const response = await page.goto("/clean");
  const asked = (await response.request().allHeaders())["accept-language"];
  check(asked.startsWith("en-US"), `the language asked for was ${asked}`);
  check((await page.evaluate(() => innerWidth)) === 390, "the page is not as wide as a phone");
  check(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches), "the page is not dark");
  await context.close();
}

async function axeFindsWhatIsThere(browser) {
  const { page, context } = await open(browser);
  await page.goto("/nameless-picture");
  const findings = await axe(page);
  check(findings.some((finding) => finding.includes("image-alt")), `axe found only: ${findings}`);
  await context.close();
}

async function signInFillsTheForm(browser) {
  const { page, context } = await open(browser);
  await signIn(page, "minji@naru.test", "a secret & more");
  check(page.url().endsWith("/welcome"), `signing in led to ${page.url()}`);
  await context.close();
}

/** `expectQuiet` must fail, and say why. */
function refuses(seen, words) {
  let said = "";
  try {
    expectQuiet(seen);
  } catch (error) {
    said = error.message;
  }
  check(said.includes(words), `expectQuiet should have told of a ${words}, and said: "${said}"`);
}

async function until(holds, sentence) {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    check(Date.now() < deadline, sentence);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
