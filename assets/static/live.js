// A page hears what changed, and then asks for its own parts as its timers would. Where no stream stands the timers do it.
"use strict";

(() => {
  const path = document.body.dataset.live;
  if (!path || !window.EventSource) return;

  // By the server's beat of fifteen seconds; after two and a half of them the stream counts as dead.
  const SILENCE = 37_500;
  const LOOKS_APART = 2_000;
  const LOST_LOOKS_APART = 5_000;
  const BUSY_LOOK = 300;
  // Times after which a lost stream is asked for again; each is spread, so that pages do not come all at once.
  const PAUSES = [1_000, 2_000, 5_000, 15_000, 60_000];
  // Not signed in, not allowed, no such payment: asked for again only when somebody looks at the page anew.
  const REFUSALS = [401, 403, 404];

  const news = document.getElementById("news");
  let source = null;
  let last = "";
  let first = document.body.dataset.liveSince;
  let hears = false;
  let isOver = false;
  let lost = 0;
  let silence;
  let reopening;

  // Timers rest while this is so.
  window.naruLive = { rests: () => hears };

  function hear(now) {
    hears = now;
    document.documentElement.toggleAttribute("data-live-on", now);
  }

  const parse = (event) => {
    try {
      return JSON.parse(event.data);
    } catch {
      return {};
    }
  };

  // ---- What the page does with what it hears. ----

  // An element with `data-look` asks for its part at the event `live`; `data-look="pay_…"` only when that one changed.
  const all = () => [...document.querySelectorAll("[data-look]")];
  const isOf = (element, change) => !element.dataset.look || [change.id, change.payment_id].includes(element.dataset.look);

  // An answer takes its element's place, and with it whatever waits there: so one question at a time, and one more after it
  // for all that was heard meanwhile.
  const states = new Map();
  function stateOf(element) {
    const key = element.id || element;
    if (!states.has(key)) states.set(key, { at: 0, timer: undefined, isInHand: false, isWanted: false });
    return states.get(key);
  }

  function look(element, apart = 0) {
    const state = stateOf(element);
    if (state.timer) return;
    if (state.isInHand) {
      state.isWanted = true;
      return;
    }
    const wait = Math.max(state.at + apart - Date.now(), 0);
    state.timer = setTimeout(() => {
      state.timer = undefined;
      const now = element.id ? document.getElementById(element.id) : element;
      if (!now?.isConnected) return;
      if (state.isInHand) {
        state.isWanted = true;
        return;
      }
      state.at = Date.now();
      window.htmx?.trigger(now, "live");
      // Scripts of a page that ask by themselves.
      now.dispatchEvent(new CustomEvent("naru:look", { bubbles: true }));
    }, wait);
  }

  document.addEventListener("htmx:finally:request", (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (!source?.matches?.("[data-look]")) return;
    const state = stateOf(source);
    // A timer that gave way asked for nothing.
    if (!state.isInHand) return;
    state.isInHand = false;
    const status = event.detail.ctx.response?.status;
    const isLost = (status === undefined || status >= 500) && source.isConnected && !document.hidden && hears;
    // What was heard is still to be shown, and no timer will ask for it.
    if (isLost) return look(source, LOST_LOOKS_APART);
    if (!state.isWanted) return;
    state.isWanted = false;
    look(source, apart(source));
  });

  // How far apart looks of an element are: lists and figures are not asked for at each of many changes.
  const apart = (element) => Number(element.dataset.lookApart ?? 0) * 1000 || (element.dataset.look ? 0 : LOOKS_APART);
  function lookAll() {
    for (const element of all()) look(element, apart(element));
    for (const balance of document.querySelectorAll("[data-balance][data-again]")) freshen(balance.id);
  }

  // A balance is asked for again when money of its account moved, after whatever is asked for it just now.
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const balances = new Map();
  async function freshen(id) {
    if (balances.has(id) || !document.getElementById(id)?.dataset.again) {
      if (balances.has(id)) balances.set(id, true);
      return;
    }
    do {
      balances.set(id, false);
      while (document.getElementById(id)?.hasAttribute("aria-busy")) await pause(BUSY_LOOK);
      const balance = document.getElementById(id);
      if (!balance) break;
      const headers = { "Naru-By-Itself": "yes" };
      await window.htmx?.ajax("GET", balance.dataset.again, { source: balance, target: balance, swap: "outerHTML", headers });
    } while (balances.get(id));
    balances.delete(id);
  }

  // One sentence for whoever reads or hears, unless the page is about this very transfer and says it itself.
  const told = new Map();
  function tell(change) {
    // Two processes may tell of the same payment in another order than they wrote it down.
    if ((told.get(change.id) ?? 0) >= change.version) return;
    told.set(change.id, change.version);
    if (!news || !change.text) return;
    const isShown = all().some((element) => element.dataset.look && isOf(element, change));
    if (isShown) return;
    const link = document.createElement("a");
    link.href = `/payments/${change.id}`;
    link.textContent = news.dataset.textSee;
    news.replaceChildren(document.createTextNode(`${change.text} `), link);
  }

  function changed(change) {
    for (const element of all()) if (isOf(element, change)) look(element, apart(element));
    if (change.money_moved === "yes" && change.account_id) freshen(`balance-${change.account_id}`);
    tell(change);
  }

  // ---- The stream. ----

  function close() {
    clearTimeout(silence);
    clearTimeout(reopening);
    source?.close();
    source = null;
    hear(false);
  }

  /** Asks for a stream again in a while; no sooner than after `least` milliseconds, which the server said. */
  function reopen(least = 0) {
    close();
    if (isOver) return;
    const pause = PAUSES[Math.min(lost, PAUSES.length - 1)] * (0.5 + Math.random());
    lost += 1;
    reopening = setTimeout(open, Math.max(pause, least * (1 + Math.random() / 2)));
  }

  /** No stream, nor any other, until somebody looks at the page anew. */
  function over() {
    isOver = true;
    close();
    // The answer to a look is the way to sign in, where the session is over.
    lookAll();
  }

  /** A browser does not say why it was given no stream, so this is asked once. */
  async function askWhy() {
    close();
    const answer = await fetch(path, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
    // Meanwhile somebody looked away, or looked again and it asked for a stream itself.
    if (source || isOver || document.hidden) return;
    if (REFUSALS.includes(answer?.status)) return over();
    reopen((Number(answer?.headers.get("Retry-After")) || 0) * 1_000);
  }

  function isThere(event) {
    if (event?.lastEventId) last = event.lastEventId;
    clearTimeout(silence);
    silence = setTimeout(() => reopen(), SILENCE);
  }

  const on = {
    hello(event) {
      const { resumed, hears: now } = parse(event);
      lost = 0;
      hear(now === true);
      if (!resumed) lookAll();
    },
    transfer: (event) => changed(parse(event)),
    changed: lookAll,
    resync: lookAll,
    away: () => hear(false),
    back: () => hear(true),
    beat: () => {},
    end(event) {
      const { retry_secs: later } = parse(event);
      if (!later) return over();
      // One of too many: the timers go on, and what stood still looks once.
      reopen(later * 1_000);
      lookAll();
    },
  };

  function open() {
    if (source || isOver || document.hidden) return;
    // Where it stood; at first, when the page was made.
    const [name, place] = last ? ["last", last] : ["since", first];
    first = undefined;
    source = new EventSource(place ? `${path}${path.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(place)}` : path);
    isThere();
    for (const [name, act] of Object.entries(on)) {
      source.addEventListener(name, (event) => {
        isThere(event);
        act(event);
      });
    }
    // Closed by the browser: it was answered, and not with a stream. Otherwise the line broke.
    source.addEventListener("error", ({ target }) => (target.readyState === EventSource.CLOSED ? askWhy() : reopen()));
  }

  // Somebody looks at it, who may have signed in again elsewhere.
  function openAnew() {
    lost = 0;
    isOver = false;
    open();
  }

  // Nobody reads a hidden tab, and a browser has six connections to a host.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : openAnew()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", ({ persisted }) => persisted && openAnew());
  open();

  // A timer gives way to the stream, but for one look in ten, whatever went wrong; and what is asked for by itself keeps no
  // session alive.
  const TENTH = 10;
  let rested = 0;
  document.addEventListener("htmx:before:request", (event) => {
    const { sourceElement, sourceEvent, request } = event.detail?.ctx ?? {};
    const type = sourceEvent?.type;
    if (!sourceElement?.matches?.("[data-look]")) return;
    // The stream does not tell all of what `data-look-more` shows: how the bank is, and what time alone changes.
    const rests = hears && !sourceElement.hasAttribute("data-look-more");
    if (type === "every" && rests && (rested += 1) % TENTH !== 0) {
      event.preventDefault();
      return;
    }
    stateOf(sourceElement).isInHand = true;
    if (["every", "live"].includes(type) && request?.headers) request.headers["Naru-By-Itself"] = "yes";
  });
})();
