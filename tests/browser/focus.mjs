// Walking through a page with the Tab key, and always seeing where one is.

import { check } from "./lib.mjs";

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

/** Presses Tab until what is looked for has the focus. */
export async function tabTo(page, selector) {
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
