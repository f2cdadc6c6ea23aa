// The list of the desk under the hands of somebody who talks on the phone: five keys, and a bar that tells of newer rows.
// Without this file the list does all it does by links and forms.
"use strict";

(() => {
  const help = document.getElementById("keys-help");
  const search = document.querySelector("[data-keys-search]");
  // The page knows how its reader wants it: the switch is a form, here and on their own page.
  const on = help?.dataset.shortcuts !== "off";

  function openHelp() {
    if (help && !help.open) help.showModal();
  }

  // The button stays when the keys are off: it is the way to switch them on again.
  for (const button of document.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", openHelp);
  }

  const rows = () => [...document.querySelectorAll("[data-keys-rows] a.cover")];

  // From nowhere the first row comes, or the last one; at an end it stays there.
  function step(by) {
    const all = rows();
    if (all.length === 0) return;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    all[next].focus();
    all[next].closest("tr")?.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    "/": () => {
      search?.focus();
      search?.select();
    },
    j: () => step(1),
    k: () => step(-1),
    "?": openHelp,
  };

  function isTyping(target) {
    return target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;
  }

  document.addEventListener("keydown", (event) => {
    // Letters of Korean that are still being put together are no keys of ours.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    if (event.key === "Escape") {
      if (!on || !(document.activeElement instanceof HTMLElement)) return;
      // A search field would be emptied, and what was typed be lost.
      event.preventDefault();
      document.activeElement.blur();
      return;
    }
    if (!on || event.defaultPrevented || isTyping(event.target)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // ---- Newer rows: told in a bar, shown when somebody wants them, so that nothing moves under a finger. ----

  const bar = document.querySelector("[data-newer]");
  if (!bar) return;
  const every = Number(bar.dataset.every) * 1000;
  // A screen that nobody touches does not ask on for ever.
  const ASKS_UNTOUCHED = 120;
  let asked = 0;
  // What the bar tells, 0 of rows that changed: the same again is no news, and of a person each time that it is told is
  // written down.
  let known = "";
  let isAsking = false;
  // The timer rests while a stream tells of changes, but for one look in ten.
  let rested = 0;
  let timer = setInterval(() => (window.naruLive?.rests() && (rested += 1) % 10) || ask(), every);
  bar.parentElement.addEventListener("naru:look", () => {
    // What somebody else did is no sign of a hand on this screen, and no reason to stop telling.
    asked = Math.max(asked - 1, 0);
    ask();
  });

  for (const sign of ["keydown", "pointerdown", "focus"]) {
    window.addEventListener(sign, () => (asked = 0), { passive: true });
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
  }

  async function ask() {
    if (document.hidden || isAsking || timer === undefined || asked >= ASKS_UNTOUCHED) return;
    asked += 1;
    isAsking = true;
    try {
      const answer = await fetch(`${bar.dataset.newer}&known=${known}`, {
        // Nobody asks: a session that nobody uses ends in its time.
        headers: { accept: "application/json", "naru-by-itself": "yes" },
        redirect: "error",
      });
      if (answer.status === 200) {
        const told = await answer.json();
        known = told.count;
        bar.textContent = told.text;
        bar.hidden = false;
      } else if (answer.status === 401 || answer.status === 403) {
        stop();
      }
    } catch {
      // Nobody misses a bar: the next question may be answered.
    } finally {
      isAsking = false;
    }
  }

  document.addEventListener("visibilitychange", ask);
})();
