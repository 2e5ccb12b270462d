// Keeps the regions marked data-live up to date: a tick from the server, then the same page once more, and of it only
// what changed. No markup is ever parsed into this page; elements of the fetched document are adopted as they are.
"use strict";

(() => {
  const pulse = document.getElementById("pulse");
  const asServed = new WeakMap();
  let waiting = false;
  let again = false;
  let stale = false;
  let paused = false;

  const remember = (region) => {
    for (const child of region.children) asServed.set(child, child.cloneNode(true));
  };

  const say = (words, state) => {
    pulse.textContent = words;
    pulse.dataset.state = state;
  };

  // A tooltip or an open drawer inside a row is the reader's, not the server's.
  const unchanged = (old, fresh) => asServed.has(old) && asServed.get(old).isEqualNode(fresh);

  const carryOver = (old, fresh) => {
    const drawers = fresh.querySelectorAll("details");
    old.querySelectorAll("details").forEach((one, place) => {
      if (one.open && drawers[place]) drawers[place].open = true;
    });
  };

  const merge = (region, fresh) => {
    const held = new Map([...region.children].filter((child) => child.id).map((child) => [child.id, child]));
    const first = asServed.has(region);
    let place = region.firstElementChild;
    for (const child of [...fresh.children]) {
      const old = child.id ? held.get(child.id) : undefined;
      if (old && (unchanged(old, child) || (old !== document.activeElement && old.contains(document.activeElement) && !old.querySelector("summary:focus")))) {
        held.delete(child.id);
        if (old === place) place = place.nextElementSibling;
        else region.insertBefore(old, place);
        continue;
      }
      const adopted = document.importNode(child, true);
      asServed.set(adopted, child.cloneNode(true));
      if (old) {
        held.delete(child.id);
        const focused = old.contains(document.activeElement);
        carryOver(old, adopted);
        if (old === place) place = place.nextElementSibling;
        old.replaceWith(adopted);
        region.insertBefore(adopted, place);
        if (focused) adopted.querySelector("summary")?.focus();
      } else {
        if (first) adopted.classList.add("fresh");
        region.insertBefore(adopted, place);
      }
    }
    while (place) {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
    asServed.set(region, true);
  };

  const refresh = () => {
    if (paused || document.hidden) {
      stale = true;
      return;
    }
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    stale = false;
    const asked = new XMLHttpRequest();
    asked.open("GET", location.pathname + location.search);
    asked.responseType = "document";
    asked.onload = () => {
      if (asked.status === 401) say("signed out", "off");
      if (asked.status !== 200 || !asked.response) return;
      for (const region of document.querySelectorAll("[data-live]")) {
        const name = CSS.escape(region.dataset.live);
        const fresh = asked.response.querySelector(`[data-live="${name}"]`);
        if (fresh) merge(region, fresh);
      }
    };
    asked.onloadend = () => {
      waiting = false;
      if (again) {
        again = false;
        setTimeout(refresh, 200);
      }
    };
    asked.send();
  };

  // The answer to a form that was refused lives at the form's address, which cannot be asked for again.
  const canRefresh = document.querySelector("[data-live]") && location.pathname.split("/").length === 3;
  if (pulse && canRefresh) {
    document.querySelectorAll("[data-live]").forEach(remember);
    const source = new EventSource("/console/live");
    source.addEventListener("tick", refresh);
    source.onopen = () => say(paused ? "paused" : "live", paused ? "paused" : "on");
    source.onerror = () => say("not live", "off");
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && stale) refresh();
    });
    const pause = document.createElement("button");
    pause.type = "button";
    pause.id = "pause";
    pause.textContent = "Pause";
    pause.onclick = () => {
      paused = !paused;
      pause.textContent = paused ? "Resume" : "Pause";
      say(paused ? "paused" : "live", paused ? "paused" : "on");
      if (!paused && stale) refresh();
    };
    pulse.after(pause);
  }

  // "/" goes to the filter, as in many tools.
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, select, textarea");
    const filter = document.querySelector("input[type=search]");
    if (event.key === "/" && !writing && filter && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      filter.focus();
    }
  });

  // The chosen panel is in view where the list of panels scrolls.
  document.querySelector(".panels [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
})();
