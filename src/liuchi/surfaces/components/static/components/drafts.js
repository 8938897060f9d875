/* A form that must not be lost: what is sent goes through a queue in this browser, under a key
   of its own, and is sent once, or again until the server has answered. Without a network it
   waits here, photos and all. The server answers a repeated key with the same receipt. */
"use strict";

(() => {
  const form = document.querySelector("form[data-drafts]");
  const list = document.querySelector("[data-draft-list]");
  if (!list || !window.indexedDB) return;
  const words = JSON.parse(document.getElementById("draft-words").textContent);
  const said = document.querySelector("[data-draft-said]");
  const counts = document.querySelectorAll("[data-draft-count]");
  const ANSWER_MS = 20000;
  const AGAIN_MS = 15000;
  const NOT_KEPT = ["csrfmiddlewaretoken", "key", "website"];
  const { NoNetwork, isJson, newKey, open, post } = window.LiuchiOutbox;
  const held = open("liuchi-drafts", { queue: "key" });
  const put = (draft) => held.put("queue", draft);
  const drop = (key) => held.drop("queue", key);
  const all = () => held.all("queue");
  /* What keeps the drafts here, said beside each: no network, or nobody is signed in. */
  let state = "waits";

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

  /* Where a form is sent: the place it was opened for belongs to it, the last receipts do not. */
  function here() {
    const asked = new URLSearchParams(location.search);
    asked.delete("done");
    const kept = String(asked);
    return location.pathname + (kept ? `?${kept}` : "");
  }

  function posted(draft, token) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    body.set("key", draft.key);
    for (const [name, value] of draft.fields) body.append(name, value);
    if (draft.waited) body.set("written_at", draft.at);
    return post(draft.url, body, ANSWER_MS);
  }

  async function send(draft) {
    let answer;
    try {
      answer = await posted(draft, document.querySelector("[name=csrfmiddlewaretoken]").value);
      if (answer.status === 403 && !isJson(answer)) answer = await posted(draft, await freshToken(draft.url));
    } catch (error) {
      state = "waits";
      throw error instanceof NoNetwork ? error : new NoNetwork();
    }
    state = answer.status === 401 ? "signedOut" : "waits";
    if (!isJson(answer)) throw new NoNetwork();
    return answer.json();
  }

  async function take(submitter) {
    const fields = [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.includes(name) && !(value instanceof File && !value.size));
    if (submitter && submitter.name) fields.push([submitter.name, submitter.value]);
    const draft = { key: newKey(), url: here(), fields, at: new Date().toISOString(), title: document.querySelector("[data-draft-title]")?.value || "", waited: false };
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
      tell(error.isFull ? words.full : words.kept, "good");
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
      await show();
    }
  }

  /* A page that was closed while it sent left its draft behind: it waits like the others. */
  async function adopt() {
    for (const draft of await all()) {
      if (!draft.waited && Date.now() - Date.parse(draft.at) > ANSWER_MS) await put({ ...draft, waited: true });
    }
  }

  /* What was refused goes back into the form as it was, photos too, to be mended and sent anew. */
  async function mend(draft) {
    form.reset();
    const files = new Map();
    for (const [name, value] of draft.fields) {
      if (value instanceof File) files.set(name, [...(files.get(name) || []), value]);
      for (const box of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["radio", "checkbox"].includes(box.type)) box.checked = box.checked || box.value === value;
        else if (box.type !== "file" && box.type !== "submit") box.value = value;
        if (box.closest("details")) box.closest("details").open = true;
      }
    }
    for (const [name, given] of files) {
      const box = form.elements.namedItem(name);
      const moved = new DataTransfer();
      given.forEach((file) => moved.items.add(file));
      box.files = moved.files;
    }
    form.querySelectorAll("select, input[type=file]").forEach((box) => box.dispatchEvent(new Event("change", { bubbles: true })));
    await drop(draft.key);
    await show();
    tell(draft.answer.refused, "bad");
  }

  function button(text, run) {
    const made = make("button", text, "weui-btn weui-btn_mini weui-btn_default btn");
    made.type = "button";
    made.addEventListener("click", run);
    return made;
  }

  async function show() {
    const drafts = (await all()).filter((draft) => draft.waited);
    list.replaceChildren(...drafts.map((draft) => {
      const line = make("li");
      const row = make("div", undefined, "l-row l-item");
      line.append(row);
      const main = make("span", draft.title || words.untitled, "l-main");
      main.append(make("small", draft.answer ? draft.answer.refused || words.sent : words[state]));
      row.append(main);
      if (draft.answer && draft.answer.url) {
        const link = make("a", words.open, "l-link btn");
        link.href = draft.answer.url;
        row.append(link);
      }
      const refusal = draft.answer && draft.answer.refused;
      if (refusal && form && draft.url === here()) row.append(button(words.mend, () => mend(draft)));
      else if (draft.answer) row.append(button(words.away, async () => { await drop(draft.key); await show(); }));
      return line;
    }));
    list.closest("[data-draft-section]").hidden = !drafts.length;
    const waiting = drafts.filter((draft) => !draft.answer).length;
    for (const each of counts) {
      each.textContent = waiting;
      each.classList.toggle("is-none", !waiting);
    }
  }

  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.hasAttribute("aria-busy")) return;
      tell("");
      take(event.submitter).catch(() => tell(words.failed, "bad"));
    });
    form.dataset.ready = "yes";
  }
  window.addEventListener("online", sendAll);
  setInterval(async () => { if (!document.hidden && (await all()).some((draft) => draft.waited && !draft.answer)) sendAll(); }, AGAIN_MS);
  adopt().then(show).then(sendAll).catch(() => {});
})();
