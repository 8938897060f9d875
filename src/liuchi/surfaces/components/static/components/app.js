/* Behaviour of the surfaces. Alpine's CSP build: components are named here, never
   written as expressions in a page, so the policy needs no unsafe-eval. Every page also
   works without this file; it only spares waiting, retyping and double clicks. */
"use strict";

const DRAFT = "liuchi:draft:";
const SENT = "liuchi:sent:";
const LONGEST_SIDE_PX = 1600;
const SMALL_ENOUGH_BYTES = 400000;

/* A page may hold several forms: each has a draft of its own, by the step it is sent with. */
function draftOf(form) {
  const step = form.querySelector("[type=submit][name]")?.value;
  return step ? `${location.pathname}#${step}` : location.pathname;
}

/* A draft is dropped once the form was sent and another page has come up, or this one again
   as the answer led here: after a lost connection nothing has led anywhere. */
function dropSentDrafts() {
  const led = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith(SENT)) continue;
    const draft = name.slice(SENT.length);
    sessionStorage.removeItem(name);
    const signingIn = document.querySelector('input[name="carried"]');
    const here = draft.split("#")[0] === location.pathname;
    if ((!here || led) && !signingIn) sessionStorage.removeItem(DRAFT + draft);
  }
}

function typedFields(form) {
  return [...form.elements].filter(
    (field) => field.name && field.name !== "key" && field.name !== "csrfmiddlewaretoken"
      && !["hidden", "password", "file", "submit", "button"].includes(field.type),
  );
}

function keepDraft(form) {
  const kept = typedFields(form)
    .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
  sessionStorage.setItem(DRAFT + draftOf(form), JSON.stringify(kept));
}

function restoreDraft(form) {
  const kept = JSON.parse(sessionStorage.getItem(DRAFT + draftOf(form)) || "[]");
  for (const [name, value] of kept) {
    for (const field of typedFields(form).filter((each) => each.name === name)) {
      if (["radio", "checkbox"].includes(field.type)) {
        if (field.value === value) field.checked = true;
      } else if (!field.value) field.value = value;
    }
  }
}

/* Says while there is no network, and louder when somebody tries to send all the same. */
function showNetwork(refused = false) {
  const note = document.querySelector("[data-offline]");
  if (!note) return;
  note.hidden = navigator.onLine;
  note.classList.toggle("is-refused", refused);
}

/* One submit per form: the server would answer a second one the same, but slower. */
function onlyOnce(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (!navigator.onLine) {
      event.preventDefault();
      showNetwork(true);
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  });
}

async function smaller(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL_ENOUGH_BYTES) return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.82); });
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
}

function matches(text, wanted) {
  return wanted.trim().toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

document.addEventListener("alpine:init", () => {
  /* A form sent once; what is typed survives a lost connection in this tab. */
  window.Alpine.data("once", () => ({
    init() {
      const form = this.$root;
      onlyOnce(form);
      if ("keepsNothing" in form.dataset) return;
      restoreDraft(form);
      form.addEventListener("input", () => keepDraft(form));
      form.addEventListener("submit", () => {
        sessionStorage.setItem(SENT + draftOf(form), "yes");
      });
      const wrong = form.querySelector('[aria-invalid="true"], [role="alert"]');
      if (wrong) wrong.focus();
    },
  }));

  /* The code of a slip stands behind the # of its address, which no server and no log
     sees. It goes into the field and out of the address bar. */
  window.Alpine.data("slip", () => ({
    init() {
      onlyOnce(this.$root);
      const code = decodeURIComponent(location.hash).replace(/\D/g, "");
      if (!code) return;
      this.$root.querySelector("[name=code]").value = code.replace(/(\d{4})(?=\d)/g, "$1 ");
      for (const each of this.$root.querySelectorAll("[data-scanned]")) each.hidden = false;
      for (const each of this.$root.querySelectorAll("[data-typed]")) each.hidden = true;
      history.replaceState(null, "", location.pathname);
      this.$root.querySelector("[type=submit]").focus();
    },
  }));

  /* Tick a whole page, or none of it. */
  window.Alpine.data("ticks", () => ({
    press: {
      ["@click"]() {
        const boxes = [...this.$root.form.querySelectorAll("[type=checkbox]")];
        const all = boxes.every((box) => box.checked);
        for (const box of boxes) box.checked = !all;
      },
    },
  }));

  window.Alpine.data("printer", () => ({
    press: { ["@click"]() { window.print(); } },
  }));

  /* A list of rules that narrows while one types. */
  window.Alpine.data("narrow", () => ({
    wanted: "",
    box: {
      ["x-model"]: "wanted",
      ["@input"]() {
        let shown = 0;
        for (const row of this.$root.querySelectorAll("[data-words]")) {
          row.hidden = !matches(row.dataset.words.toLowerCase(), this.wanted);
          if (!row.hidden) shown += 1;
        }
        for (const group of this.$root.querySelectorAll("[data-group]")) {
          group.hidden = !group.querySelector("[data-words]:not([hidden])");
        }
        const none = this.$root.querySelector("[data-none]");
        if (none) none.hidden = shown > 0;
      },
    },
  }));

  /* Photos: made smaller before they are sent, and shown before they are sent. */
  window.Alpine.data("photos", () => ({
    pick: {
      async ["@change"](event) {
        const field = event.target;
        const strip = this.$root.querySelector(".l-photos");
        strip.replaceChildren();
        try {
          const carrier = new DataTransfer();
          for (const file of field.files) carrier.items.add(await smaller(file));
          field.files = carrier.files;
        } catch {
          /* An old browser, or not a picture: the server decides. */
        }
        for (const file of field.files) {
          if (!file.type.startsWith("image/")) continue;
          const shown = document.createElement("img");
          shown.alt = file.name;
          shown.src = URL.createObjectURL(file);
          strip.append(shown);
        }
      },
    },
  }));

  /* The page without a network: try again, and what can be read from what was kept. */
  window.Alpine.data("offline", () => ({
    again: {
      ["@click"]() { location.reload(); },
    },
    async init() {
      /* A phone may say that it is online and not be, or the other way round: ask. */
      const asking = window.setInterval(async () => {
        const answer = await fetch("/health/live", { cache: "no-store" }).catch(() => null);
        if (!answer || !answer.ok) return;
        window.clearInterval(asking);
        location.reload();
      }, 3000);
      if (!("caches" in window)) return;
      const list = this.$root.querySelector("[data-list]");
      for (const name of await caches.keys()) {
        const store = await caches.open(name);
        for (const request of await store.keys()) {
          const path = new URL(request.url).pathname;
          if (!path.startsWith("/v/")) continue;
          const kept = await (await store.match(request)).text();
          const link = document.createElement("a");
          link.className = "l-row";
          link.href = path;
          link.textContent = new DOMParser().parseFromString(kept, "text/html").title;
          list.append(document.createElement("li"));
          list.lastChild.append(link);
        }
      }
      this.$root.querySelector("[data-pages]").hidden = !list.childElementCount;
    },
  }));

  /* The desk's menu on a phone. */
  window.Alpine.data("menu", () => ({
    open: false,
    button: {
      ["@click"]() { this.open = !this.open; },
      [":aria-expanded"]() { return this.open ? "true" : "false"; },
    },
    body: {
      [":class"]() { return this.open ? "" : "is-closed"; },
    },
  }));

  /* A figure's reference goes where the writer's cursor stands; without this, to the end. */
  window.Alpine.data("figureinsert", () => ({
    init() {
      this.$root.addEventListener("focusin", (event) => {
        if (event.target.matches("textarea[name^=body]"))
          this.$root.querySelector("[data-part=into]").value = event.target.name;
      });
    },
    button: {
      ["@click"](event) {
        const part = (name) => this.$root.querySelector(`[data-part=${name}]`).value;
        if (part("how") !== "number" || part("period")) return; // the server writes the rest
        const body = this.$root.querySelector(`textarea[name=${part("into")}]`);
        const asOf = part("as_of") ? `|as_of=${part("as_of")}` : "";
        event.preventDefault();
        body.setRangeText(
          `{${part("code")}|area=${part("area")}${asOf}}`,
          body.selectionStart, body.selectionEnd, "end",
        );
        body.focus();
        body.dispatchEvent(new Event("input", { bubbles: true }));
      },
    },
  }));

  /* 复制到群: the text goes to the clipboard; where that is not allowed, it stands selected. */
  window.Alpine.data("copy", () => ({
    button: {
      async ["@click"]() {
        const text = this.$root.querySelector("textarea");
        const said = this.$root.querySelector("[role=status]");
        text.select();
        let done = false;
        try {
          await navigator.clipboard.writeText(text.value);
          done = true;
        } catch {
          done = document.execCommand("copy");
        }
        said.textContent = done ? said.dataset.done : said.dataset.select;
      },
    },
  }));

  /* Review by keyboard: A approves, R goes to the reason. Not while typing. */
  window.Alpine.data("review", () => ({
    init() {
      window.addEventListener("keydown", (event) => {
        const typing = event.target.closest("input:not([type=radio]), textarea, select");
        if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
        const key = event.key.toLowerCase();
        if (key === "a") this.$root.querySelector("[data-action=approve]").click();
        if (key === "r") {
          event.preventDefault();
          this.$root.querySelector("textarea").focus();
        }
      });
    },
  }));
});

dropSentDrafts();
showNetwork();
window.addEventListener("online", () => showNetwork());
window.addEventListener("offline", () => showNetwork());
if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/worker.js").catch(() => {});
}
document.addEventListener("submit", (event) => {
  if ("clearsDrafts" in event.target.dataset) sessionStorage.clear();
});

// "/" goes to the search box, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = [...document.querySelectorAll("[data-search]")].findLast((each) => each.offsetParent);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
