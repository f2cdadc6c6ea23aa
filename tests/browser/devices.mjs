// One member on a phone and at a desk: each sees both, signing out everywhere ends both, and the other one is told why.

import { DESKTOP, PHONE, check, expectQuiet, open, run, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD } = process.env;

await run(async (browser) => {
  const phone = await open(browser, { viewport: PHONE });
  const desk = await open(browser, { viewport: DESKTOP, javaScript: false });
  await signIn(phone.page, EMAIL, PASSWORD);
  await signIn(desk.page, EMAIL, PASSWORD);

  await phone.page.goto("/me");
  const devices = phone.page.locator(".devices > li");
  check((await devices.count()) === 2, "the phone does not see both devices");
  check((await devices.first().textContent()).includes("이 기기"), "this device does not come first");
  for (const button of await phone.page.locator("main button, main .row[href], main a.button").all()) {
    const { width, height } = await button.boundingBox();
    check(width >= 44 && height >= 44, `${await button.textContent()} is ${width} x ${height} px`);
  }

  // The language is chosen here, and stays.
  await phone.page.locator('.languages a[lang="en"]').click();
  check((await phone.page.getAttribute("html", "lang")) === "en", "the page is not in the chosen language");
  await phone.page.goto("/me/password");
  check((await phone.page.getAttribute("html", "lang")) === "en", "the choice is forgotten on the next page");
  await phone.page.goto("/me?lang=ko");

  await Promise.all([
    phone.page.waitForURL((url) => url.pathname === "/"),
    phone.page.locator('form[action="/me/devices/all"] button').click(),
  ]);
  check((await phone.page.locator(".notice").textContent()).includes("모든 기기에서 로그아웃했어요"), "it is not told what was done");

  // The other one lands on sign-in with its message, and the page that it wanted is where it goes on.
  await desk.page.goto("/payments");
  check(new URL(desk.page.url()).pathname === "/sign-in", "the other device is still signed in");
  check((await desk.page.locator(".notice").textContent()).includes("다른 기기에서"), "the other device is not told why");
  await desk.page.fill('input[name="email"]', EMAIL);
  await desk.page.fill('input[name="password"]', PASSWORD);
  await Promise.all([desk.page.waitForURL("**/payments"), desk.page.locator("form.sheet button").click()]);

  // Back on the phone shows nothing of before.
  await phone.page.goBack();
  check(new URL(phone.page.url()).pathname === "/sign-in", "the page of before is shown to who signed out");
  expectQuiet(phone.seen);
  expectQuiet(desk.seen);
});
