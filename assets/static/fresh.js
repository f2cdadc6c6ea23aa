// The desk's page of one payment keeps itself fresh, and nothing moves under the reader's hand. It works without this file.
"use strict";

(() => {
  const REGIONS = "#head, #verdict, #fresh, #summary, #facts, #story";
  const looks = (source) => Boolean(source?.matches?.("#fresh"));

  // Nobody reads a hidden tab: it asks nothing, and asks at once when it is seen again.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && looks(event.detail?.ctx?.sourceElement)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    const fresh = document.querySelector("[data-fresh]");
    if (!document.hidden && fresh) window.htmx?.trigger(fresh, "fresh");
  });

  // It was looked at after all.
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail?.ctx ?? {};
    if (!looks(sourceElement) || response.status >= 400) return;
    for (const lost of sourceElement.querySelectorAll("[data-lost]")) lost.hidden = true;
  });

  let pointer = null;
  document.addEventListener("pointermove", (event) => (pointer = [event.clientX, event.clientY]), { passive: true });
  document.documentElement.addEventListener("pointerleave", () => (pointer = null));

  // What must not move: the field that is typed in, else what is under the pointer, else what is at the top.
  function heldNow() {
    const typed = document.activeElement;
    const isTyped = typed && typed !== document.body && typed.closest("main");
    const element = isTyped ? typed : pointer ? document.elementFromPoint(...pointer) : null;
    const chain = [];
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
      chain.push([one, one.getBoundingClientRect().top]);
    }
    return chain;
  }

  let before = null;
  document.addEventListener("htmx:before:swap", (event) => {
    if (!looks(event.detail?.ctx?.sourceElement)) return;
    before = {
      held: heldNow(),
      heights: new Map([...document.querySelectorAll(REGIONS)].map((region) => [region.id, region.offsetHeight])),
      opened: [...document.querySelectorAll("main details[open][id]")].map((details) => details.id),
    };
  });

  document.addEventListener("htmx:after:swap", () => {
    if (!before) return;
    const { held, heights, opened } = before;
    before = null;
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
    // A part that got shorter keeps its room, so that what is below it stays where it is.
    for (const region of document.querySelectorAll(REGIONS)) {
      const was = heights.get(region.id) ?? 0;
      if (region.offsetHeight < was) region.style.minHeight = `${was}px`;
    }
    // A part that got longer pushes: the page is moved by as much the other way.
    const still = held.find(([element]) => element.isConnected);
    const moved = still ? still[0].getBoundingClientRect().top - still[1] : 0;
    if (moved !== 0) window.scrollBy({ top: moved, behavior: "instant" });
  });
})();
