/* A form that must not be lost: what is sent goes through a queue in this browser, under a key
   of its own, and is sent once, or again until the server has answered. Without a network it
   waits here, photos and all. The server answers a repeated key with the same receipt. */
"use strict";

(() => {
  const form = document.querySelector("form[data-drafts]");
  if (!form || !window.indexedDB) return;
  const words = JSON.parse(document.getElementById("draft-words").textContent);
  const said = document.querySelector("[data-draft-said]");
  const list = document.querySelector("[data-draft-list]");
  const ANSWER_MS = 20000;
  const AGAIN_MS = 15000;
  const NOT_KEPT = ["csrfmiddlewaretoken", "key", "website"];

  /* No answer came: what was sent may have arrived, or not. */
  class NoNetwork extends Error {}
  const opening = new Promise((resolve, reject) => {
    const asked = indexedDB.open("liuchi-drafts", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  async function store(mode, run) {
    const base = await opening;
    return new Promise((resolve, reject) => {
      const change = base.transaction("queue", mode, { durability: "strict" });
      const asked = run(change.objectStore("queue"));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = () => reject(change.error);
      change.onabort = () => reject(change.error);
    });
  }
  const put = (draft) => store("readwrite", (held) => held.put(draft));
  const drop = (key) => store("readwrite", (held) => held.delete(key));
  const all = () => store("readonly", (held) => held.getAll());
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const make = (tag, text, className) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  };

  function tell(text, how = "plain") {
    said.className = `l-note is-${how}`;
    said.replaceChildren(make("p", text));
    said.hidden = !text;
    if (text && how === "bad") said.scrollIntoView({ block: "center" });
  }

  /* The page may have been kept while nobody was here: its token is then nobody's. */
  async function freshToken(url) {
    const page = await fetch(url, { headers: { Accept: "text/html" } });
    const held = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (!held) throw new NoNetwork();
    return held.value;
  }

  async function post(draft, token) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    body.set("key", draft.key);
    for (const [name, value] of draft.fields) body.append(name, value);
    if (draft.waited) body.set("written_at", draft.at);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    try {
      return await fetch(draft.url, { method: "POST", body, signal: late.signal, headers: { Accept: "application/json" } });
    } finally {
      clearTimeout(timer);
    }
  }

  async function send(draft) {
    let answer;
    try {
      answer = await post(draft, form.querySelector("[name=csrfmiddlewaretoken]").value);
      if (answer.status === 403) answer = await post(draft, await freshToken(draft.url));
    } catch {
      throw new NoNetwork();
    }
    const isJson = (answer.headers.get("content-type") || "").includes("json");
    if (!isJson || answer.status >= 500 || answer.status === 429) throw new NoNetwork();
    return answer.json();
  }

  async function take(submitter) {
    const fields = [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.includes(name) && !(value instanceof File && !value.size));
    if (submitter && submitter.name) fields.push([submitter.name, submitter.value]);
    const draft = { key: newKey(), url: location.pathname, fields, at: new Date().toISOString(), title: document.querySelector("[data-draft-title]")?.value || "", waited: false };
    form.setAttribute("aria-busy", "true");
    try {
      await put(draft);
      const answer = await send(draft);
      await drop(draft.key);
      if (answer.refused) return refused(answer);
      location.assign(answer.url);
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
      draft.waited = true;
      await put(draft);
      form.reset();
      form.dispatchEvent(new Event("drafts:kept", { bubbles: true }));
      tell(words.kept, "good");
      await show();
    } finally {
      form.removeAttribute("aria-busy");
    }
    return undefined;
  }

  function refused(answer) {
    tell(answer.refused, "bad");
    const field = answer.field && form.querySelector(`[name="${CSS.escape(answer.field)}"]`);
    if (field) {
      const folded = field.closest("details");
      if (folded) folded.open = true;
      field.focus();
    }
  }

  /* Sends what waits. One tab at a time; the server would take a second one for the same. */
  async function sendAll() {
    const run = async () => {
      for (const draft of await all()) {
        if (!draft.waited || draft.answer) continue;
        const answer = await send(draft);
        await put({ ...draft, fields: answer.refused ? draft.fields : [], answer });
        await show();
      }
    };
    try {
      if (navigator.locks) await navigator.locks.request("liuchi-drafts", { ifAvailable: true }, (held) => (held ? run() : undefined));
      else await run();
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
    }
  }

  async function show() {
    const drafts = (await all()).filter((draft) => draft.waited);
    list.replaceChildren(...drafts.map((draft) => {
      const row = make("li", undefined, "l-row");
      const main = make("span", draft.title || words.untitled, "l-main");
      const state = draft.answer ? draft.answer.refused || words.sent : words.waits;
      main.append(make("small", state));
      row.append(main);
      if (draft.answer && draft.answer.url) {
        const link = make("a", words.open, "l-link");
        link.href = draft.answer.url;
        row.append(link);
      }
      if (draft.answer) {
        const away = make("button", words.away, "weui-btn weui-btn_mini weui-btn_default btn");
        away.type = "button";
        away.addEventListener("click", async () => { await drop(draft.key); await show(); });
        row.append(away);
      }
      return row;
    }));
    list.closest("[data-draft-section]").hidden = !drafts.length;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    tell("");
    take(event.submitter).catch(() => tell(words.failed, "bad"));
  });
  window.addEventListener("online", sendAll);
  setInterval(async () => { if (!document.hidden && (await all()).some((draft) => draft.waited && !draft.answer)) sendAll(); }, AGAIN_MS);
  show().then(sendAll).catch(() => {});
  form.dataset.ready = "yes";
})();
