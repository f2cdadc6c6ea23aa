// Opens each page of PATHS at two widths, in both colour schemes and languages, and holds it to what every page owes.

import { DESKTOP, LOOKS, PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { NAME = "", EMAIL = "", PASSWORD = "", PATHS = "" } = process.env;
// Each language is read at both widths and in both schemes: loaded in one view, and turned to the other as a device is.
const languages = [
  ["ko-KR", [{ viewport: PHONE, colorScheme: "light" }, { viewport: DESKTOP, colorScheme: "dark" }]],
  ["en-US", [{ viewport: DESKTOP, colorScheme: "light" }, { viewport: PHONE, colorScheme: "dark" }]],
];

await run(async (browser) => {
  let left = LOOKS;
  for (const [locale, all] of languages) {
    const views = all.slice(0, left);
    left -= views.length;
    if (views.length > 0) await read(browser, locale, views);
  }
});

/** Opens all pages in a language. */
async function read(browser, locale, views) {
  const { page, context, seen } = await open(browser, { locale, ...views[0] });
  if (EMAIL) await signIn(page, EMAIL, PASSWORD);
  for (const path of PATHS.split(" ")) {
    await turn(page, views[0]);
    await page.goto(path);
    // Balances that are still asked for would be looked at half-way.
    await page.waitForFunction(() => !document.querySelector('[data-balance="loading"]'));
    // What is folded away is looked at as well.
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    for (const view of views) {
      await turn(page, view);
      await look(page, path, { locale, ...view });
    }
  }
  // A page that does not exist answers 404, and the console tells of it; everything else must be silent.
  seen.errors = seen.errors.filter((sentence) => !/404 \(Not Found\).*\/nowhere/.test(sentence));
  expectQuiet(seen);
  await context.close();
}

async function turn(page, { viewport, colorScheme }) {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
}

async function look(page, path, { viewport, colorScheme, locale }) {
  const what = `${path} (${viewport.width} px, ${colorScheme}, ${locale})`;
  const language = locale.slice(0, 2);
  check((await page.getAttribute("html", "lang")) === language, `${what} is not in the visitor's language`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  check(width <= viewport.width, `${what} is ${width} px wide`);
  check((await page.locator("h1").count()) === 1, `${what} has not one h1`);
  const small = viewport === PHONE ? await tooSmall(page) : [];
  check(small.length === 0, `${what}: smaller than a finger:\n  ${small.join("\n  ")}`);
  const findings = await axe(page);
  check(findings.length === 0, `${what}:\n  ${findings.join("\n  ")}`);
  const file = path.replace(/(pay|ref|acc|man|ntc|mem|par|key|evt|whe|dlv|stf)_[0-9a-f]*([0-9a-f]{4})/g, "$1_$2").replace(/[^\w@-]+/g, "-");
  await screenshot(page, `${NAME}${file}-${viewport.width}-${colorScheme}-${language}`);
}

/** Controls that are less than 44 px high or wide; links within a sentence are as high as its lines. */
function tooSmall(page) {
  const controls = "button, .button, summary, select, nav a, label.check, input:not([type=checkbox], [type=radio], [type=hidden])";
  return page.evaluate((controls) => {
    const seen = [...document.querySelectorAll(controls)].filter((control) => control.checkVisibility({ visibilityProperty: true }));
    const sized = seen.map((control) => [control, control.getBoundingClientRect()]);
    return sized
      .filter(([, { height, width }]) => height < 43.5 || width < 43.5)
      .map(([control, { height, width }]) => `${Math.round(width)}×${Math.round(height)} ${control.outerHTML.slice(0, 90)}`);
  }, controls);
}
