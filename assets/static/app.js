// What the pages gain when scripts run. Every page works without this file.
"use strict";

(() => {
  const texts = document.body.dataset;
  const live = document.getElementById("live");
  const alertBox = document.getElementById("alert");

  // A form is sent once: a second press before the answer is the same wish.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
    tellBusy(form, true);
  });

  // What happens while the answer is waited for, where a form has words for it.
  function tellBusy(form, isBusy) {
    for (const text of form.querySelectorAll("[data-busy]")) text.hidden = !isBusy;
    for (const text of form.querySelectorAll("[data-idle]")) text.hidden = isBusy;
  }

  // A page that comes back from the browser's memory may send its forms again, and shows no money of another time.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("[data-balance], .amount")) {
      location.reload();
      return;
    }
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      tellBusy(form, false);
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });

  // How long until another code may be asked for, counted down; the server says it again to who comes too early.
  for (const note of document.querySelectorAll("[data-wait]")) {
    const until = Date.now() + Number(note.dataset.wait) * 1000;
    const timer = setInterval(() => {
      const left = Math.ceil((until - Date.now()) / 1000);
      note.textContent = left > 0 ? note.dataset.pattern.replace("0", left) : "";
      if (left <= 0) clearInterval(timer);
    }, 1000);
  }

  // Copy buttons are hidden where the browser has no clipboard for us.
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copy]");
      if (!button) return;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
      } catch {
        return;
      }
      button.dataset.copied = "yes";
      live.textContent = texts.textCopied;
      setTimeout(() => {
        delete button.dataset.copied;
        live.textContent = "";
      }, 2000);
    });
  }

  function showAlert(text, requestId) {
    const message = document.createElement("p");
    message.textContent = requestId ? `${text} (${texts.textRequestId} ${requestId})` : text;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = alertBox.dataset.textClose;
    close.addEventListener("click", () => alertBox.replaceChildren());
    alertBox.replaceChildren(message, close);
  }

  // The sum of the balances that are known, as old as its oldest part, and how many are missing in it.
  function showTotal(balances) {
    const total = document.querySelector("[data-total]");
    const known = balances.filter((balance) => balance.dataset.won);
    if (!total || known.length === 0) return;
    const sum = known.reduce((won, balance) => won + BigInt(balance.dataset.won), 0n);
    const figure = total.querySelector("[data-total-figure]");
    figure.classList.remove("unknown");
    figure.textContent = total.dataset.pattern.replace("0", sum.toLocaleString("ko-KR"));
    const oldest = known.reduce((oldest, balance) => (balance.dataset.at < oldest.dataset.at ? balance : oldest));
    const note = total.querySelector("[data-total-note]");
    const fresh = balances.every((balance) => balance.dataset.balance === "fresh");
    note.textContent = fresh ? note.dataset.textFresh : note.dataset.textKnown.replace("{at}", oldest.dataset.stamp);
    // What is known once is not forgotten: a page that begins with all of them misses none.
    const missing = total.querySelector("[data-total-missing]");
    const count = balances.length - known.length;
    if (missing) missing.textContent = count ? missing.dataset.text.replace("{count}", count) : "";
  }

  let announced = false;
  function balancesChanged() {
    const balances = [...document.querySelectorAll("[data-balance]")];
    showTotal(balances);
    if (balances.some((balance) => balance.getAttribute("aria-busy"))) return;
    // One sentence for all cards together; a later refresh is the reader's own doing.
    if (announced) return;
    announced = true;
    const fresh = balances.every((balance) => balance.dataset.balance === "fresh");
    live.textContent = fresh ? texts.textBalancesLoaded : texts.textBalancesPartly;
  }

  // No answer for a card: the last known value stays, with a word about it.
  function balanceLost(source) {
    const balance = source?.closest?.("[data-balance]");
    if (!balance) return false;
    balance.removeAttribute("aria-busy");
    balance.dataset.balance = "lost";
    const lost = balance.querySelector("[data-lost]");
    if (lost) lost.hidden = false;
    balancesChanged();
    return lost !== null;
  }

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.target.closest?.("[data-balance]") || event.detail?.ctx?.target?.matches?.("[data-balance]")) {
      balancesChanged();
    }
  });

  // A payment that moves renews itself: one sentence at a change, and a word where it could not be looked at.
  let told = document.querySelector("[data-progress]")?.dataset.announce;
  document.addEventListener("htmx:after:swap", () => {
    const progress = document.querySelector("[data-progress]");
    if (!progress) return;
    for (const button of progress.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
    if (progress.dataset.announce === told) return;
    told = progress.dataset.announce;
    live.textContent = told;
  });

  function progressLost(source) {
    const progress = source?.closest?.("[data-progress]");
    if (!progress) return false;
    for (const lost of progress.querySelectorAll("[data-lost]")) lost.hidden = false;
    return true;
  }

  // A record that is shown whole is forgotten when its time is over, though no answer comes, and when the page is left:
  // the browser keeps what it looked like for the way back.
  function forgetWhole() {
    for (const whole of document.querySelectorAll("[data-whole]")) whole.remove();
  }

  let wholeUntil = 0;
  function showsWhole() {
    const shown = document.querySelector("[data-unmasked]");
    if (!shown || shown.dataset.timed) return;
    shown.dataset.timed = "yes";
    const lasts = Number(shown.dataset.unmasked) * 1000;
    wholeUntil = Date.now() + lasts;
    live.textContent = shown.dataset.announce;
    shown.querySelector("[tabindex]")?.focus();
    setTimeout(() => {
      forgetWhole();
      live.textContent = shown.dataset.announceEnd;
    }, lasts);
  }

  showsWhole();
  document.addEventListener("htmx:after:swap", showsWhole);
  window.addEventListener("pagehide", forgetWhole);
  document.addEventListener("visibilitychange", () => {
    // A machine that slept has stopped its timers.
    if (!document.hidden && wholeUntil && Date.now() >= wholeUntil) forgetWhole();
  });

  // Only a script can print.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  document.addEventListener("htmx:response:error", (event) => {
    const { response, sourceElement } = event.detail.ctx;
    if (balanceLost(sourceElement) || progressLost(sourceElement)) return;
    // A form that shows by itself what is wrong with it.
    if (sourceElement?.closest?.("[data-own-errors]") && [422, 429].includes(response.status)) return;
    showAlert(alertBox.dataset.textServer, response.headers?.get?.("x-request-id"));
  });

  document.addEventListener("htmx:error", (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (balanceLost(source) || progressLost(source)) return;
    showAlert(alertBox.dataset.textNetwork);
  });
})();

// Figures that freshen by themselves do so quietly: not while nobody sees them, not under who reads their table, and
// without an alarm when they cannot, for the time beside them tells how old they are.
(() => {
  const quiet = (event) => {
    const source = event.target?.closest?.("[data-quiet]") ?? event.detail?.ctx?.sourceElement?.closest?.("[data-quiet]");
    return source ?? null;
  };
  document.addEventListener("htmx:before:request", (event) => {
    const source = quiet(event);
    if (source && (document.hidden || source.querySelector("details[open]"))) event.preventDefault();
  });
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(name, (event) => quiet(event) && event.stopPropagation(), true);
  }
})();
