// An account is linked and let go with the keys alone, and the eye always sees where one is.

import { PHONE, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD } = process.env;
const TABS_AT_MOST = 60;

/** What has the focus, whether it is what is looked for, and whether the eye sees it: by an outline of its own, of what
 *  covers its card, or of its label. */
function lookAtFocus(selector) {
  const element = document.activeElement;
  const drawn = (style) => style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
  const label = element.closest("label");
  // The picture in a date field has the focus of its own, and a ring that cannot be asked for from outside.
  const isInside = element.type === "date" && !element.matches(":focus");
  const ring =
    element === document.body ||
    isInside ||
    drawn(getComputedStyle(element)) ||
    drawn(getComputedStyle(element, "::after")) ||
    (label !== null && drawn(getComputedStyle(label)));
  return { is: element.matches(selector), ring, what: `${element.outerHTML.slice(0, 120)}` };
}

async function tabTo(page, selector) {
  const passed = [];
  for (let presses = 0; presses < TABS_AT_MOST; presses += 1) {
    await page.keyboard.press("Tab");
    const { is, ring, what } = await page.evaluate(lookAtFocus, selector);
    check(ring, `the focus on ${what} cannot be seen`);
    if (is) return;
    passed.push(what.slice(0, 60));
  }
  throw new Error(`${selector} cannot be reached with the Tab key, past ${passed.join("\n")}`);
}

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/accounts");

  await tabTo(page, 'a[href="/accounts/new"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts\/new$/);
  await tabTo(page, 'input[name="bank"]');
  await page.keyboard.press("ArrowDown");
  check((await page.inputValue("input[name=bank]:checked")) === "012", "the arrow does not choose the other bank");
  await page.keyboard.press("ArrowUp");
  await tabTo(page, "#number");
  await page.keyboard.type("3020001234567");
  await tabTo(page, "#nickname");
  await page.keyboard.type("key");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#consent");
  await tabTo(page, "#consent");
  await page.keyboard.press("Space");
  await tabTo(page, "form.sheet button[type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/linked$/);
  await tabTo(page, 'main a.primary[href="/accounts"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts$/);

  await tabTo(page, "a.cover");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts\/acc_/);
  await tabTo(page, ".danger-zone summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "button.danger");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/accounts$/);
  check((await page.locator("main").innerText()).includes("계좌 연결을 끊었어요"), "it is not told that the account is unlinked");
  check((await page.locator("a.cover").count()) === 0, "the account is still there");
  expectQuiet(seen);
  await context.close();
});
