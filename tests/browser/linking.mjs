// Every way in which linking an account can fail, on a phone, as a person meets it: told in plain words, with a way on.

import { PHONE, axe, check, expectQuiet, open, run, screenshot, signIn } from "./lib.mjs";

const { EMAIL, PASSWORD, BANK_URL, TAKEN, OWN } = process.env;

// Number, the step it ends at, what is said, and the way on.
const CASES = [
  { name: "wrong length", number: "302000", at: "fields", says: "13자리예요", way: "예금주 확인하기" },
  { name: "no such account", number: "3020000009001", at: "holder", says: "찾지 못했어요", way: "계좌번호 고치기" },
  { name: "somebody else's", number: "3020000009031", at: "holder", says: "본인 명의의 계좌가 아니에요", way: "계좌번호 고치기" },
  { name: "linked by another member", number: TAKEN, at: "holder", says: "이 계좌는 연결할 수 없어요", way: "계좌번호 고치기" },
  { name: "bank silent on the holder", number: "3020000000501", at: "holder", says: "제때 답하지 않았어요", way: "다시 확인하기", mode: ["holder_name", "hang"] },
  { name: "own already", number: OWN, at: "account", says: "이미 내 계좌에 연결되어", way: "연결 끊기" },
  { name: "already registered", number: "3020000009002", at: "bank", says: "은행에 이미 등록되어", way: "다른 번호로 바꾸기" },
  { name: "wrong birth date", number: "3020000009004", at: "bank", says: "생년월일과 달라요", way: "다른 번호로 바꾸기" },
  { name: "outside service hours", number: "3020000009005", at: "bank", says: "점검 시간이에요", way: "연결 계속하기" },
  { name: "consent missing at the bank", number: "3020000009006", at: "bank", says: "금융정보 제공에 먼저 동의", way: "연결 계속하기" },
  { name: "refused", number: "3020000009007", at: "bank", says: "등록을 거절했어요", way: "다른 번호로 바꾸기" },
  { name: "still issuing", number: "3020000009012", at: "bank", says: "아직 등록하고 있어요", way: "연결 계속하기" },
  { name: "no answer", number: "3020000009021", at: "bank", says: "제때 답하지 않았어요", way: "연결 계속하기" },
  { name: "bank timed out inside", number: "3020000009041", at: "bank", says: "은행 시스템에 문제", way: "연결 계속하기" },
  { name: "platform error", number: "3020000009042", at: "bank", says: "은행 시스템에 문제", way: "연결 계속하기" },
  { name: "bad gateway", number: "3020000009051", at: "bank", says: "은행 시스템에 문제", way: "연결 계속하기" },
];
const STEP = { fields: "1", holder: "2", bank: "4" };

async function bankMode(operation, mode) {
  const body = JSON.stringify({ operation, mode });
  const answer = await fetch(`${BANK_URL}/_sim/mode`, { method: "POST", body, headers: { "content-type": "application/json" } });
  check(answer.ok, `the bank's mode was not set: ${answer.status}`);
}

async function link(page, number) {
  await page.goto("/accounts/new");
  await page.fill("#number", number);
  await page.click("form.sheet button[type=submit]");
  await page.waitForLoadState();
  if ((await page.locator("#consent").count()) > 0) {
    await page.check("#consent");
    await page.click("form.sheet button[type=submit]");
    await page.waitForLoadState();
  }
}

async function expectTold(page, { name, at, says, way, number }) {
  const text = await page.locator("main").innerText();
  check(text.includes(says), `${name}: “${says}” is not said: ${text}`);
  const ways = page.locator("main :is(a, button, summary)", { hasText: way });
  check((await ways.count()) > 0, `${name}: no way on, “${way}”`);
  if (STEP[at]) {
    const step = await page.locator('.steps [aria-current="step"]').evaluate((item) => [...item.parentElement.children].indexOf(item) + 1);
    check(String(step) === STEP[at], `${name}: step ${step} is told, not ${STEP[at]}`);
    if (at !== "fields") check((await page.locator('[role="alert"]').count()) > 0, `${name}: nothing is announced`);
  }
  check(at === "fields" || !(await page.content()).includes(number), `${name}: the number can be read`);
  check(!page.url().includes(number), `${name}: the number is in the address`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  check(!wide, `${name}: the page is wider than the phone`);
  const found = await axe(page);
  check(found.length === 0, `${name}: ${found.join("; ")}`);
}

await run(async (browser) => {
  const { page, context, seen } = await open(browser, { viewport: PHONE });
  await signIn(page, EMAIL, PASSWORD, "/sign-in?next=/payments");
  for (const one of CASES) {
    if (one.mode) await bankMode(...one.mode);
    await link(page, one.number);
    if (one.mode) await bankMode(one.mode[0], "ok");
    await expectTold(page, one);
    await screenshot(page, `link-${one.name.replaceAll(/[^a-z]+/g, "-")}-390`);
  }

  // Corrected from where it stopped, with what was typed.
  await page.goto("/accounts/new");
  await page.fill("#number", "3020000009031");
  await page.fill("#nickname", "생활비");
  await page.click("form.sheet button[type=submit]");
  await page.getByRole("button", { name: "계좌번호 고치기" }).click();
  check((await page.locator("#number-help").innerText()).includes("30200000*****"), "the number is lost on the way back");
  check((await page.inputValue("#nickname")) === "생활비", "the nickname is lost on the way back");
  await page.fill("#number", "3020000000777");
  await page.click("form.sheet button[type=submit]");
  await screenshot(page, "link-consent-390");
  await page.check("#consent");
  await page.click("form.sheet button[type=submit]");
  await page.waitForURL(/\/linked$/);
  check((await page.locator("h1").innerText()).includes("연결했어요"), "it is not told that the account is linked");
  await page.waitForSelector('[data-balance="fresh"]');
  await screenshot(page, "link-done-390");

  // What is refused is refused with a status of its own, which the console repeats.
  seen.errors = seen.errors.filter((sentence) => !/status of 4(22|29)/.test(sentence));
  expectQuiet(seen);
  await context.close();
});
