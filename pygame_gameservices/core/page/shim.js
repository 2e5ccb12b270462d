// What a page can do that Python cannot: fetch, IndexedDB, Web Locks, and the moment in which the page is left.
// It is polled, and takes and gives nothing but texts, numbers and truth values: these pass every bridge between
// Python and JavaScript alike. Bytes are base64.
(() => {
  "use strict";
  const NAME = "pygame_gameservices_page";
  if (globalThis[NAME]) return;

  const PIECE = 0x8000; // bytes that one call takes as arguments

  function encoded(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += PIECE)
      text += String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE));
    return btoa(text);
  }

  function decoded(text) {
    return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  }

  // ---- what need not happen within a frame of the game: in the pause after it, in order

  const jobs = [];
  const pause = new MessageChannel(); // a timer would wait for a second in a tab that is not in front
  pause.port1.onmessage = () => jobs.shift()?.();

  function soon(job) {
    jobs.push(job);
    pause.port2.postMessage(0);
  }

  // ---- requests

  let last = 0;
  const exchanges = new Map();

  function ended(exchange, how) {
    if (exchange.ended) return;
    exchange.ended = how;
    clearTimeout(exchange.patience);
    clearTimeout(exchange.deadline);
    exchange.abort.abort();
  }

  async function carry(exchange, method, url, headers, body, maxBytes) {
    const answer = await fetch(url, {
      method,
      headers,
      body,
      mode: "cors",
      credentials: "omit",
      cache: "no-store",
      redirect: "manual", // it is told apart from a failure, and is not followed either
      referrerPolicy: "no-referrer",
      signal: exchange.abort.signal,
    });
    if (answer.type === "opaqueredirect") return ended(exchange, { why: "redirect" });
    exchange.heard();
    const declared = Number(answer.headers.get("content-length"));
    if (declared > maxBytes) return ended(exchange, { why: "too large" });
    const pieces = [];
    let size = 0;
    if (answer.body) {
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        exchange.heard();
        size += value.length;
        if (size > maxBytes) return ended(exchange, { why: "too large" });
        pieces.push(value);
      }
    }
    if (exchange.ended) return;
    const whole = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    ended(exchange, {
      why: "",
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: encoded(whole),
    });
  }

  function begin(method, url, headers, body, timeoutMs, patienceMs, maxBytes) {
    const exchange = { abort: new AbortController(), ended: null };
    exchange.heard = () => {
      clearTimeout(exchange.patience);
      if (!exchange.ended) exchange.patience = setTimeout(() => ended(exchange, { why: "silent" }), patienceMs);
    };
    exchange.heard();
    exchange.deadline = setTimeout(() => ended(exchange, { why: "unfinished" }), timeoutMs);
    soon(() =>
      carry(exchange, method, url, JSON.parse(headers), body ? decoded(body) : undefined, maxBytes).catch((error) =>
        ended(exchange, { why: "broken", said: String(error && error.name) }),
      ),
    );
    exchanges.set(++last, exchange);
    return last;
  }

  // "" while it is under way; what became of it, once.
  function poll(number) {
    const exchange = exchanges.get(number);
    if (!exchange.ended) return "";
    exchanges.delete(number);
    return JSON.stringify(exchange.ended);
  }

  function abort(number) {
    const exchange = exchanges.get(number);
    if (exchange) ended(exchange, { why: "given up" });
  }

  // ---- what is kept: one database and one lock for each game

  const shelves = new Map();

  function open(name) {
    const shelf = { state: "opening", why: "", files: [], release: () => {}, writing: 0, written: 0, failed: "" };
    shelf.cleared = false; // by the player, since it was opened
    shelves.set(name, shelf);
    const blocked = (why) => {
      shelf.state = "blocked";
      shelf.why = why;
      shelf.release();
    };
    if (!globalThis.indexedDB) return blocked("this page has no IndexedDB");
    if (!(globalThis.navigator && navigator.locks))
      return blocked("this page has no Web Locks: it must be served by https, or by this machine");
    const lock = `pygame_gameservices/${name}`;
    const mine = (granted) => {
      if (granted) load(name, shelf).catch((error) => blocked(String(error)));
      else shelf.state = "elsewhere";
      // held until it is released, or the page is gone, however it went
      return granted ? new Promise((release) => (shelf.release = release)) : undefined;
    };
    const wait = () => navigator.locks.request(lock, mine);
    soon(() =>
      navigator.locks
        .request(lock, { ifAvailable: true }, mine)
        .then(() => shelf.state === "elsewhere" && wait())
        .catch((error) => blocked(String(error))),
    );
  }

  function request(asked) {
    return new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function connect(name, shelf) {
    const asked = indexedDB.open(`pygame_gameservices/${name}`, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files");
    shelf.cleared = Boolean(shelf.database);
    shelf.database = await request(asked);
    shelf.database.onclose = () => connect(name, shelf).catch(() => {}); // the player cleared the site's data
  }

  async function load(name, shelf) {
    await connect(name, shelf);
    const store = shelf.database.transaction("files").objectStore("files");
    const [names, contents] = await Promise.all([request(store.getAllKeys()), request(store.getAll())]);
    shelf.files = names.map((key, at) => [key, contents[at]]);
    write(name, "{}"); // the first one takes long
    shelf.state = "open";
  }

  function shelf(name) {
    const { state, why } = shelves.get(name);
    return JSON.stringify({ state, why });
  }

  // The next file that is kept, its name and its content, and "" after the last. Each once.
  function next(name) {
    const found = shelves.get(name).files.shift();
    return found ? JSON.stringify(found) : "";
  }

  // Writes all of it or nothing, and for good: what is null is removed. Returns a number to ask about.
  function write(name, changes) {
    const found = shelves.get(name);
    const number = ++found.writing;
    soon(() => put(name, found, number, changes));
    return number;
  }

  function put(name, found, number, changes) {
    const failed = (error) => {
      found.failed = String((error && error.name) || error || "it was broken off");
      found.written = number;
    };
    try {
      if (found.cleared) {
        found.cleared = false;
        failed("what was kept is gone: the player cleared it");
        return;
      }
      const writing = found.database.transaction("files", "readwrite", { durability: "strict" });
      const store = writing.objectStore("files");
      for (const [key, content] of Object.entries(JSON.parse(changes)))
        if (content === null) store.delete(key);
        else store.put(content, key);
      writing.oncomplete = () => {
        found.failed = "";
        found.written = number;
      };
      writing.onabort = () => failed(writing.error);
      if (writing.commit) writing.commit();
    } catch (error) {
      failed(error);
      connect(name, found).catch(() => {}); // if it was closed and could not be opened again so far
    }
  }

  // "" while it is being written, "ok", or why it could not be.
  function written(name, number) {
    const found = shelves.get(name);
    return found.written < number ? "" : found.failed || "ok";
  }

  function release(name) {
    const found = shelves.get(name);
    if (!found) return;
    found.state = "blocked";
    found.why = "it was closed";
    soon(() => {
      if (found.database) found.database.close(); // once what was written is
      found.release();
    });
  }

  // ---- the page itself

  function address() {
    return globalThis.location ? location.href : "";
  }

  // Takes parameters out of the address bar, and so out of the history, of bookmarks and of what is sent as a referrer.
  function forget(names) {
    if (!globalThis.history || !globalThis.document) return;
    const here = new URL(location.href);
    let found = false;
    for (const name of JSON.parse(names))
      if (here.searchParams.has(name)) {
        here.searchParams.delete(name);
        found = true;
      }
    if (found) history.replaceState(history.state, "", here.href);
  }

  const farewells = new Map();

  // What is to be sent should the page be left; "" for nothing.
  function farewell(name, asked) {
    if (asked) farewells.set(name, JSON.parse(asked));
    else farewells.delete(name);
  }

  globalThis.addEventListener?.("pagehide", () => {
    while (jobs.length) jobs.shift()();
    for (const { method, url, headers, body } of farewells.values())
      fetch(url, {
        method,
        headers,
        body: body ? decoded(body) : undefined,
        credentials: "omit",
        referrerPolicy: "no-referrer",
        keepalive: true,
      }).catch(() => {});
  });

  globalThis[NAME] = { begin, poll, abort, open, shelf, next, write, written, release, address, forget, farewell };
})();
