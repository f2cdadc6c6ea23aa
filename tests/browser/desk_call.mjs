// A caller is on the line: from the empty page of payments, by what the caller says, to the verdict and the words for it;
// at two widths, in both colour schemes and languages.

import { DESKTOP, LOOKS, PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

// `SAYS`: what is typed into the search box. `OPENS`: the payment that is found. `MOVED`: whether its money moved.
// `TELLS`: what its page must tell, in Korean and English.
const { EMAIL, PASSWORD, NAME, SAYS, OPENS, MOVED } = process.env;
const TELLS = JSON.parse(process.env.TELLS);
/** From the empty page to the answer, as the desk promises it. */
const A_CALL_MS = 30_000;

const views = [
  { viewport: PHONE, colorScheme: "light", locale: "ko-KR" },
  { viewport: PHONE, colorScheme: "dark", locale: "en-US" },
  { viewport: DESKTOP, colorScheme: "light", locale: "en-US" },
  { viewport: DESKTOP, colorScheme: "dark", locale: "ko-KR" },
].slice(0, LOOKS);

await run(async (browser) => {
  for (const view of views) {
    const language = view.locale.slice(0, 2);
    const what = `${NAME} (${view.viewport.width} px, ${view.colorScheme}, ${language})`;
    const { page, context, seen } = await open(browser, view);
    await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/cs/payments");

    const begun = Date.now();
    await page.locator('main input[name="q"]').first().fill(SAYS);
    await page.keyboard.press("Enter");
    const found = page.locator(`main a[href="/cs/payments/${OPENS}"]`).first();
    await found.click();
    await page.waitForURL(new RegExp(`/cs/payments/${OPENS}`));

    const verdict = page.locator("#verdict");
    check((await verdict.locator(".verdict.large").getAttribute("data-moved")) === MOVED, `${what} says the wrong thing of the money`);
    const told = await verdict.innerText();
    check(Date.now() - begun < A_CALL_MS, `${what}: the caller has waited for ${Date.now() - begun} ms`);
    for (const sentence of TELLS[language]) check(told.includes(sentence), `${what} does not tell "${sentence}" but ${told}`);
    const box = await verdict.locator(".verdict-title").boundingBox();
    check(box.y + box.height <= view.viewport.height, `${what}: the answer is below what is seen at first`);

    // The words for the caller are one press away, and no codes are in them.
    const copy = verdict.locator("button[data-copy]").first();
    check(await copy.isVisible(), `${what} has no button that copies the words`);
    check(!/[a-z]{3}_[0-9a-f]{8}|[A-Z]{2}\d{3}/.test(await copy.getAttribute("data-copy")), `${what} says codes to the caller`);

    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    check(width <= view.viewport.width, `${what} is ${width} px wide`);
    const findings = await axe(page);
    check(findings.length === 0, `${what}:\n  ${findings.join("\n  ")}`);
    await screenshot(page, `call-${NAME}-${view.viewport.width}-${view.colorScheme}-${language}`);
    expectQuiet(seen);
    await context.close();
  }
});
