// Opens each page of PATHS at two widths, in both colour schemes and languages, and holds it to what every page owes.

import { DESKTOP, PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { NAME = "", EMAIL = "", PASSWORD = "", PATHS = "" } = process.env;
// Each width, scheme and language twice; axe looks once at each scheme and width, for it sees no language.
const views = [
  { viewport: PHONE, colorScheme: "light", locale: "ko-KR", withAxe: true },
  { viewport: PHONE, colorScheme: "dark", locale: "en-US" },
  { viewport: DESKTOP, colorScheme: "light", locale: "en-US" },
  { viewport: DESKTOP, colorScheme: "dark", locale: "ko-KR", withAxe: true },
];

await run(async (browser) => {
  for (const view of views) {
    const { page, context, seen } = await open(browser, view);
    if (EMAIL) await signIn(page, EMAIL, PASSWORD);
    for (const path of PATHS.split(" ")) {
      await look(page, path, view);
    }
    // A page that does not exist answers 404, and the console tells of it; everything else must be silent.
    seen.errors = seen.errors.filter((sentence) => !/404 \(Not Found\).*\/nowhere/.test(sentence));
    expectQuiet(seen);
    await context.close();
  }
});

async function look(page, path, view) {
  const { viewport, colorScheme, locale, withAxe } = view;
  const what = `${path} (${viewport.width} px, ${colorScheme}, ${locale})`;
  await page.goto(path);
  // Balances that are still asked for would be looked at half-way.
  await page.waitForFunction(() => !document.querySelector('[data-balance="loading"]'));
  // What is folded away is looked at as well.
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  const language = locale.slice(0, 2);
  check((await page.getAttribute("html", "lang")) === language, `${what} is not in the visitor's language`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  check(width <= viewport.width, `${what} is ${width} px wide`);
  check((await page.locator("h1").count()) === 1, `${what} has not one h1`);
  const findings = withAxe ? await axe(page) : [];
  check(findings.length === 0, `${what}:\n  ${findings.join("\n  ")}`);
  const file = path.replace(/(pay|ref|acc|man|ntc|mem)_[0-9a-f]*([0-9a-f]{4})/, "$1_$2").replace(/[^\w@-]+/g, "-");
  await screenshot(page, `${NAME}${file}-${viewport.width}-${colorScheme}-${language}`);
}
