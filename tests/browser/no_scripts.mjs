// Without scripts: every page is whole, filters and forms work, and what renews itself has a link instead.

import { PHONE, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, PATHS, MOVING, MANDATE } = process.env;

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE, javaScript: false });
  await signIn(page, EMAIL, PASSWORD);
  for (const path of PATHS.split(" ")) {
    const answer = await page.goto(path);
    check(answer.ok(), `${path} answers ${answer.status()}`);
    check((await page.locator("h1").count()) === 1, `${path} has not one h1`);
    check((await page.locator("nav.tabs a").count()) === 5, `${path} has not the five places`);
  }

  await page.goto("/payments");
  await page.getByRole("link", { name: "실패·취소" }).click();
  await page.waitForURL(/group=ended/);
  await page.locator(".more-filters summary").click();
  await page.selectOption("#kind", "payment");
  await page.getByRole("button", { name: "적용하기" }).click();
  await page.waitForURL(/kind=payment/);
  check(page.url().includes("group=ended"), "the form forgot the group");
  await page.locator(".chip").first().click();
  check(!page.url().includes("group=ended"), "the chip did not take its filter away");

  await page.goto(`/payments/${MOVING}`);
  await page.getByRole("link", { name: "다시 보기" }).click();
  check(new URL(page.url()).pathname === `/payments/${MOVING}`, "looking again leads elsewhere");

  await page.goto(`/payments/${MOVING}/receipt`);
  check(!(await page.locator("[data-print]").isVisible()), "a button that needs a script is shown");

  await page.goto(`/mandates/${MANDATE}`);
  await page.fill("#per_payment", "50,000");
  await page.getByRole("button", { name: "한도 저장하기" }).click();
  check(await page.getByText("한도를 저장했어요").isVisible(), "the limit was not saved");
  await page.locator(".danger-zone summary").click();
  await page.getByRole("button", { name: "해지하기", exact: true }).click();
  check(await page.getByText("동의를 해지했어요").isVisible(), "the consent was not ended");

  await page.goto("/accounts");
  const banner = page.locator(".banner");
  if (await banner.count()) {
    await banner.getByRole("button").click();
    check(new URL(page.url()).pathname === "/accounts", "closing the banner leads elsewhere");
    check((await page.locator(".banner").count()) === 0, "the banner was not closed");
  }
  expectQuiet(seen);
  await context.close();
});
