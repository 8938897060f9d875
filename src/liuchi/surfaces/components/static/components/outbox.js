/* What this browser keeps until the server has answered: stores in IndexedDB, keys of its own,
   and requests that either came to an answer or did not. Shared by the counter and by whatever
   is reported on the way. */
"use strict";

(() => {
  /* No answer came, or "later": what was sent may have arrived, or not. */
  class NoNetwork extends Error {
    constructor(isFull = false) {
      super();
      this.isFull = isFull;
    }
  }

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  /* `stores`: the name of each and of the field that tells its rows apart. */
  function open(name, stores) {
    const opening = new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => {
        for (const [store, keyPath] of Object.entries(stores)) asked.result.createObjectStore(store, { keyPath });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    async function run(store, mode, work) {
      const base = await opening;
      return new Promise((resolve, reject) => {
        const change = base.transaction(store, mode, { durability: "strict" });
        const asked = work(change.objectStore(store));
        change.oncomplete = () => resolve(asked.result);
        change.onerror = () => reject(change.error);
        change.onabort = () => reject(change.error);
      });
    }
    return {
      put: (store, value) => run(store, "readwrite", (held) => held.put(value)),
      drop: (store, key) => run(store, "readwrite", (held) => held.delete(key)),
      all: (store) => run(store, "readonly", (held) => held.getAll()),
    };
  }

  /* Answers with what came; what the server could not take now counts as no answer. */
  async function post(url, body, mostMs) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), mostMs);
    let answer;
    try {
      answer = await fetch(url, { method: "POST", body, signal: late.signal, headers: { Accept: "application/json" } });
    } catch {
      throw new NoNetwork();
    } finally {
      clearTimeout(timer);
    }
    if (answer.status >= 500 || answer.status === 429) throw new NoNetwork(answer.status === 429);
    return answer;
  }

  const isJson = (answer) => (answer.headers.get("content-type") || "").includes("json");

  window.LiuchiOutbox = { NoNetwork, isJson, newKey, open, post };
})();
