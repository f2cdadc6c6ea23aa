// A payment that a shop makes while the member looks: it is in their list, and its page turns to completed by itself.

import { PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, KEY, MANDATE } = process.env;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await signIn(page, EMAIL, PASSWORD);

  const made = await context.request.post("/api/v1/payments", {
    headers: { authorization: `Bearer ${KEY}`, "idempotency-key": "first" },
    data: { mandate_id: MANDATE, order_id: "order-1", amount: 12_300, description: "드립백 커피" },
  });
  check(made.status() === 202, `the payment was answered with ${made.status()}`);
  const { id } = await made.json();

  await page.goto("/payments");
  const row = page.locator(`main a[href="/payments/${id}"]`);
  check(await row.isVisible(), "the payment is not in the list");
  await row.click();
  await page.waitForURL(`/payments/${id}`);
  check((await page.locator("[data-progress] .now").count()) === 1, "the page does not say where the payment stands");
  check((await page.locator(".verdict-title").textContent()).trim() !== "출금됐어요", "it is called paid before it is");
  await screenshot(page, "first-payment-moving");
  const findings = await axe(page);
  check(findings.length === 0, findings.join("\n"));

  await page.waitForSelector('.verdict[data-moved="yes"]', { timeout: 40_000 });
  check(new URL(page.url()).pathname === `/payments/${id}`, "the page was left");
  check((await page.locator("#live").textContent()).includes("출금됐어요"), "a screen reader is told nothing");
  check((await page.locator("[data-progress][hx-trigger*=every]").count()) === 0, "the page goes on asking");
  check((await page.locator(".timeline .now").count()) === 0, "a step is still going on");
  check((await page.locator("h1").count()) === 1, "there is not one h1");
  await screenshot(page, "first-payment-done");

  await page.locator("a.language").click();
  await page.waitForURL(/lang=en/);
  check((await page.getAttribute("html", "lang")) === "en", "the language did not change");
  check(await page.getByText("The bank confirmed the withdrawal").isVisible(), "the story is not in English");
  expectQuiet(seen);
  await context.close();
});
