// Staff set up a second factor on a phone in the dark, and sign in with it on a desktop, without scripts as well.

import { createHmac } from "node:crypto";
import { DESKTOP, PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, NOW } = process.env;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of an authenticator app, so many steps from now: RFC 6238. */
function codeOf(secret, steps) {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Number(NOW) / 30) + steps));
  const hash = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const at = hash[19] & 0x0f;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function look(page, name) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  check(width <= page.viewportSize().width, `${name} is ${width} px wide`);
  for (const control of await page.locator("main button:visible, main a.button:visible, main summary:visible, main input:visible").all()) {
    const { height, width } = await control.boundingBox();
    check(height >= 43.5 && width >= 43.5, `${name}: ${await control.textContent()} is ${width} x ${height} px`);
  }
  const findings = await axe(page);
  check(findings.length === 0, `${name}:\n  ${findings.join("\n  ")}`);
  await screenshot(page, name);
}

await run(async (browser) => {
  const phone = await open(browser, { viewport: PHONE, colorScheme: "dark" });
  const { page } = phone;
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/cs/me");
  check(new URL(page.url()).pathname === "/me/factor/new", "the desk opens without a second factor");
  await look(page, "factor-new");
  const picture = await page.locator(".qr svg").boundingBox();
  check(picture.width >= 180 && Math.abs(picture.width - picture.height) < 1, "the picture is too small to be scanned");
  const secret = await page.locator(".factor-secret").textContent();
  await page.fill("#code", codeOf(secret, 3));
  await page.keyboard.press("Enter");
  await page.waitForSelector("#code[aria-invalid]");
  check((await page.locator(".factor-secret").textContent()) === secret, "a wrong code changes the secret");
  await look(page, "factor-new-wrong");
  // The refused form answers 422, and the console tells of it.
  phone.seen.errors = phone.seen.errors.filter((sentence) => !/422/.test(sentence));
  await page.fill("#code", codeOf(secret, 0));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".factor-codes");
  await look(page, "factor-codes");
  const codes = await page.locator(".factor-codes li").allTextContents();
  check(new Set(codes).size === 10, `there are ${codes.length} recovery codes`);
  await page.locator("main a.primary").click();
  await page.waitForURL("**/cs/me");
  await look(page, "cs-me");
  await page.goto("/me/factor/recovery-codes");
  await look(page, "factor-renew");
  await page.goto("/cs/staff");
  await look(page, "cs-staff");
  await page.locator('main a[href^="/cs/staff/"]').first().click();
  await page.waitForURL(/\/cs\/staff\/stf_/);
  await look(page, "cs-staff-member");
  expectQuiet(phone.seen);

  const desk = await open(browser, { viewport: DESKTOP, locale: "en-US" });
  await signIn(desk.page, EMAIL, PASSWORD);
  check(new URL(desk.page.url()).pathname === "/me/factor", "no code is asked for");
  await look(desk.page, "factor");
  check(await desk.page.evaluate(() => document.activeElement.id === "code"), "the field has not the focus");
  await desk.page.keyboard.type(codeOf(secret, 1));
  await Promise.all([desk.page.waitForURL(/\/cs/), desk.page.keyboard.press("Enter")]);
  await desk.page.goto("/cs/me");
  await look(desk.page, "cs-me-desktop");
  expectQuiet(desk.seen);

  // Without scripts, with a recovery code.
  const plain = await open(browser, { viewport: PHONE, javaScript: false });
  await signIn(plain.page, EMAIL, PASSWORD);
  await plain.page.locator("summary").click();
  await plain.page.fill("#recovery_code", codes[0].trim());
  await Promise.all([plain.page.waitForURL(/\/cs/), plain.page.locator("details button").click()]);
  check((await plain.page.locator(".notice").textContent()).includes("복구 코드 하나를 썼어요"), "it is not told that a code was used");
  expectQuiet(plain.seen);
});
