/* What the counter keeps in this browser, and how it asks the server: IndexedDB, one id for
   the device, and answers that either came or did not. */
"use strict";

(() => {
  const ANSWER_MS = 8000;

  function device() {
    const name = "liuchi:till-device";
    let held = localStorage.getItem(name);
    if (!held) {
      held = newKey();
      localStorage.setItem(name, held);
    }
    return held;
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const opening = new Promise((resolve, reject) => {
    const asked = indexedDB.open("liuchi-till", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "key" });
      asked.result.createObjectStore("kept", { keyPath: "name" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  async function inStore(name, mode, run) {
    const base = await opening;
    return new Promise((resolve, reject) => {
      const change = base.transaction(name, mode, { durability: "strict" });
      const asked = run(change.objectStore(name));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = () => reject(change.error);
      change.onabort = () => reject(change.error);
    });
  }
  const put = (name, value) => inStore(name, "readwrite", (store) => store.put(value));
  const drop = (name, key) => inStore(name, "readwrite", (store) => store.delete(key));
  const all = (name) => inStore(name, "readonly", (store) => store.getAll());

  /* No answer came: what was asked for may have happened, or not. */
  class NoNetwork extends Error {}

  async function send(url, values) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("device", device());
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    try {
      const answer = await fetch(url, {
        method: "POST", body, signal: late.signal, headers: { Accept: "application/json" },
      });
      if (answer.status >= 500) throw new NoNetwork();
      const isJson = (answer.headers.get("content-type") || "").includes("json");
      return isJson ? await answer.json() : { page: answer.status };
    } catch {
      throw new NoNetwork();
    } finally {
      clearTimeout(timer);
    }
  }

  window.LiuchiTill = { NoNetwork, all, device, drop, newKey, put, send };
})();
