// What the scripts about balances share: a bank that holds one account's answer, and a page that writes down what it sees.

import { appendFileSync } from "node:fs";

import { check } from "./lib.mjs";

const { BANK_URL, HANGS, TIMINGS } = process.env;

/** From now on the bank does not answer when it is asked for the balance of `HANGS`. */
export async function bankHolds() {
  const body = JSON.stringify({ operation: "balance", mode: "hang", account: HANGS });
  const answer = await fetch(`${BANK_URL}/_sim/mode`, { method: "POST", body, headers: { "content-type": "application/json" } });
  check(answer.ok, `the bank's mode was not set: ${answer.status}`);
}

/** How many questions the bank has got and never answered. */
export async function countHeld() {
  const answer = await fetch(`${BANK_URL}/_sim/calls`);
  const { data } = await answer.json();
  return data.filter((call) => call.answer.startsWith("hung")).length;
}

/** Writes down, from before the first paint on: when there was one, what moved, and when each card had its answer. */
export function watch() {
  globalThis.seenByTest = { shifts: [], paint: undefined, settled: [] };
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      // A figure's font that comes a moment later is told of as well: what counts is what is at another place then.
      const near = (one, other) => Math.abs(one - other) < 1;
      const moved = shift.sources.filter(
        ({ previousRect: before, currentRect: after }) => !near(before.x, after.x) || !near(before.y, after.y),
      );
      if (moved.length === 0) continue;
      const what = ({ node, previousRect, currentRect }) =>
        `${(node?.textContent ?? "").trim().slice(0, 40)} ${JSON.stringify(previousRect)} ${JSON.stringify(currentRect)}`;
      seenByTest.shifts.push([shift.value, ...moved.map(what)]);
    }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const paint of list.getEntriesByName("first-contentful-paint")) seenByTest.paint = paint.startTime;
  }).observe({ type: "paint", buffered: true });
  document.addEventListener("htmx:after:swap", () => {
    const state = (kind) => document.querySelectorAll(`[data-balance="${kind}"]`).length;
    seenByTest.settled.push([performance.now(), state("fresh"), state("stale")]);
  });
}

/** Waits until so many cards are fresh and so many are stale. */
export const settled = (page, fresh, stale, timeout) =>
  page.waitForFunction(
    ([fresh, stale]) =>
      document.querySelectorAll('[data-balance="fresh"]').length === fresh &&
      document.querySelectorAll('[data-balance="stale"]').length === stale,
    [fresh, stale],
    { timeout, polling: 20 },
  );

/** What the page saw, in milliseconds from the start of its navigation; `TIMINGS=file` keeps it for who looks. */
export async function seenBy(page, load) {
  const seen = await page.evaluate(() => seenByTest);
  if (TIMINGS) appendFileSync(TIMINGS, `${JSON.stringify({ load, ...seen })}\n`);
  return seen;
}
