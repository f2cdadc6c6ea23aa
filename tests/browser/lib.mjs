// What every browser script shares: a Chromium to drive, a page that is listened to, and checks that speak in sentences.
//
// A script default-exports nothing; it calls `run(async (browser) => { … })`. The page it opens writes down every
// console error, every CSP violation and every request to another host, so that a script can end with `expectQuiet`.

import { readFileSync, mkdirSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const project = resolve(here, "../..");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Where the app under test answers, without a slash at the end. */
export const baseUrl = required("BASE_URL").replace(/\/+$/, "");

/** The paths of the pages that the script opened. */
const opened = new Set();

/** At how many views of four a page is looked at, where a script has that many. */
export const LOOKS = Number(process.env.NARU_LOOKS ?? 4);
check(LOOKS > 0, `NARU_LOOKS is a number of views, not "${process.env.NARU_LOOKS}"`);

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; browser scripts are started by tests/support/browser.rs`);
  return value;
}

function chromiumPath() {
  const found = [process.env.CHROMIUM, "/usr/bin/chromium"].find((path) => path && existsSync(path));
  if (!found) throw new Error("Chromium is not installed; run scripts/test, which installs it");
  return found;
}

/**
 * Runs one script in a browser of its own; a failure is one message on stderr and exit code 1. One that succeeds says on
 * stdout which pages it opened.
 */
export async function run(script) {
  let browser;
  try {
    browser = await launch();
    await script(browser);
    for (const path of opened) console.log(`opened ${path}`);
  } catch (error) {
    console.error(error?.stack ?? String(error));
    process.exitCode = 1;
  } finally {
    await browser?.close();
  }
}

function launch() {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: chromiumPath(),
    // Chromium's sandbox refuses to start as root; for anybody else it stays on.
    chromiumSandbox: !asRoot,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A page that names another host is found out here, and never reaches it.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
}

/**
 * Opens a page in a fresh context and listens to it.
 * Answers `{ page, context, seen }`; `seen` holds `errors`, `violations` and `foreign` as lists of sentences.
 */
export async function open(browser, options = {}) {
  const { locale = "ko-KR", viewport = DESKTOP, colorScheme = "light", javaScript = true } = options;
  const context = await browser.newContext({
    locale,
    viewport,
    colorScheme,
    javaScriptEnabled: javaScript,
    timezoneId: "Asia/Seoul",
    baseURL: baseUrl,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  const seen = { errors: [], violations: [], foreign: [] };
  listen(context, seen);
  return { page: await context.newPage(), context, seen };
}

function listen(context, seen) {
  const { origin } = new URL(baseUrl);
  context.on("page", (page) => {
    page.on("framenavigated", (frame) => {
      const url = new URL(frame.url());
      if (frame === page.mainFrame() && url.origin === origin) opened.add(url.pathname);
    });
  });
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    const sentence = `${message.text()} (${message.location().url})`;
    // The console tells of violations with scripts on or off; the page's own event only with scripts on.
    (/content security policy/i.test(sentence) ? seen.violations : seen.errors).push(sentence);
  });
  context.on("weberror", (error) => seen.errors.push(`uncaught: ${error.error()?.message}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    const leaves = /^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(baseUrl).host;
    if (leaves) seen.foreign.push(`${request.method()} ${request.url()}`);
  });
}

/** Fails unless nothing was written down: no console error, no CSP violation, no request to another host. */
export function expectQuiet(seen) {
  const said = [
    ...seen.errors.map((sentence) => `console error: ${sentence}`),
    ...seen.violations.map((sentence) => `CSP violation: ${sentence}`),
    ...seen.foreign.map((sentence) => `request to another host: ${sentence}`),
  ];
  check(said.length === 0, `the page was not quiet:\n  ${said.join("\n  ")}`);
}

/** Fails the script with `sentence` unless `holds`. */
export function check(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

/** Waits until the page is at `url` and loaded, also where a second press takes the place of the navigation of the first. */
export async function arrive(page, url) {
  try {
    await page.waitForURL(url);
  } catch (error) {
    if (!/ERR_ABORTED/.test(error.message)) throw error;
    await page.waitForURL(url);
  }
}

/** Signs in through the form, as a person does, and waits for the page behind it. */
export async function signIn(page, email, password, path = "/sign-in") {
  const form = new URL(path, baseUrl);
  await page.goto(path);
  await page.fill('input[name="email"]', email);
  await page.fill('input[name="password"]', password);
  await Promise.all([
    page.waitForURL((url) => url.pathname !== form.pathname),
    page.locator('form:has(input[name="password"]) [type="submit"], form:has(input[name="password"]) button:not([type])').first().click(),
  ]);
}

/** What axe finds serious or critical on the page, one sentence a finding. Needs scripts to be on. */
export async function axe(page) {
  // Its half a megabyte goes over once a page, however often it is asked.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help} (${nodes.map((node) => node.target.join(" ")).join(", ")})`);
}

/** Takes a picture of the whole page when `SCREENSHOTS=folder` asks for pictures; otherwise does nothing. */
export async function screenshot(page, name) {
  if (!process.env.SCREENSHOTS) return;
  const folder = resolve(project, process.env.SCREENSHOTS);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
