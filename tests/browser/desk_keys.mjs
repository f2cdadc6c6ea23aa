// The desk with the keys alone, and the bar that tells of newer rows: nothing moves until somebody wants it.

import { check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, KEY, MANDATE, BASE_URL } = process.env;
let orders = 0;

async function pay() {
  orders += 1;
  const answer = await fetch(`${BASE_URL}/api/v1/payments`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      "idempotency-key": `browser-${orders}`,
    },
    body: JSON.stringify({ mandate_id: MANDATE, order_id: `browser-${orders}`, amount: 1_000, description: "책" }),
  });
  check(answer.status === 202, `a payment was answered with ${answer.status}`);
}

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("href") ?? document.activeElement?.id ?? "");

await run(async (browser) => {
  for (let number = 0; number < 3; number += 1) await pay();
  const { page, context, seen } = await open(browser);
  // Without a stream the bar goes by its timer; with one it is in `live.mjs`.
  await page.addInitScript(() => delete window.EventSource);
  await page.clock.install();
  await signIn(page, EMAIL, PASSWORD);
  await page.goto("/cs/payments");
  const rows = page.locator("[data-keys-rows] a.cover");
  const hrefs = await rows.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  check(hrefs.length === 3, `there are ${hrefs.length} rows`);

  // Down and up the rows; an end is an end.
  for (const [key, at] of [["j", 0], ["j", 1], ["j", 2], ["j", 2], ["k", 1]]) {
    await page.keyboard.press(key);
    check((await focused(page)) === hrefs[at], `${key} does not lead to row ${at}`);
  }

  // Into the box, where every letter is a letter, and out of it.
  await page.keyboard.press("/");
  check((await focused(page)) === "q", "the slash does not lead to the box");
  await page.keyboard.type("j/k?");
  check((await page.inputValue("#q")) === "j/k?", "letters typed into the box are taken for keys");
  check(!(await page.locator("#keys-help").evaluate((dialog) => dialog.open)), "help opens while somebody types");
  await page.fill("#q", "");
  await page.keyboard.press("Escape");
  check((await focused(page)) === "", "Esc does not lead out of the box");

  // Help, with its switch, which every page remembers from then on.
  await page.keyboard.press("?");
  const help = page.locator("#keys-help");
  check(await help.evaluate((dialog) => dialog.open), "the question mark opens no help");
  await page.keyboard.press("Escape");
  check(!(await help.evaluate((dialog) => dialog.open)), "Esc does not close the help");
  for (const [isOn, sign] of [[false, "?"], [true, "j"]]) {
    await page.locator("[data-keys-open]").click();
    const turn = help.locator("button[name=shortcuts]");
    check((await turn.getAttribute("value")) === (isOn ? "on" : "off"), "the switch is not as it was left");
    await Promise.all([page.waitForEvent("load"), turn.click()]);
    check(new URL(page.url()).pathname === "/cs/payments", "the switch leads away from the search");
    await page.keyboard.press("j");
    check(hrefs.includes(await focused(page)) === isOn, `the keys are not ${isOn ? "on" : "off"}`);
    await page.keyboard.press(sign);
    check(!(await help.evaluate((dialog) => dialog.open)), "a key that is off opens the help");
  }

  // Three more come. The bar says so, and the rows stay where they are.
  for (let number = 0; number < 3; number += 1) await pay();
  const bar = page.locator("[data-newer]");
  check(await bar.isHidden(), "a bar is there with nothing to tell");
  const asks = [];
  page.on("request", (request) => request.url().includes("/newer") && asks.push(request.headers()["naru-by-itself"]));
  const place = () => rows.first().evaluate((link) => link.closest("tr").getBoundingClientRect().top);
  const before = await place();
  await page.clock.fastForward(16_000);
  await bar.waitFor({ state: "visible" });
  check((await place()) === before, "the rows move under the hand when the bar comes");
  check((await bar.textContent()).includes("3"), `the bar says ${await bar.textContent()}`);
  check((await rows.count()) === 3, "rows come by themselves");
  check(asks.length > 0 && asks.every((said) => said === "yes"), `the bar does not say that it asks by itself: ${asks}`);
  await Promise.all([page.waitForEvent("load"), bar.click()]);
  check((await rows.count()) === 6, "the bar does not lead to the newer rows");
  check(await bar.isHidden(), "the bar tells of what is shown already");

  // A typed filter goes to where the controls are, and Enter opens the row.
  await page.keyboard.press("/");
  await page.keyboard.type("status:queued amount:1000 browser-2");
  await Promise.all([page.waitForURL(/state=queued/), page.keyboard.press("Enter")]);
  check((await page.inputValue("#q")) === "browser-2", "the text of the box is not what is left of it");
  check((await page.inputValue("#state")) === "queued", "the control does not say what was typed");
  await page.keyboard.press("j");
  await Promise.all([page.waitForURL(/\/cs\/payments\/pay_/), page.keyboard.press("Enter")]);
  expectQuiet(seen);
  await context.close();
});
