/* Excel in: what a page can say before the server does, and that it is at work. */
"use strict";

/* How far the table has been read, asked once a second while the page waits for its answer. */
function showShare(form) {
  const share = form.querySelector("[data-share]");
  if (!form.dataset.progress || !share) return;
  const bar = form.querySelector(".l-busy progress");
  const timer = setInterval(async () => {
    if (!form.dataset.sent) {
      clearInterval(timer);
      return;
    }
    const answer = await fetch(form.dataset.progress).catch(() => null);
    const { read, rows } = answer && answer.ok ? await answer.json() : { read: 0, rows: 0 };
    if (!rows) return;
    bar.max = rows;
    bar.value = read;
    share.querySelector("[data-read]").textContent = read.toLocaleString();
    share.querySelector("[data-rows]").textContent = rows.toLocaleString();
    share.hidden = false;
  }, 1000);
}

function showBusy(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    for (const line of form.querySelectorAll(".l-busy")) line.hidden = false;
    showShare(form);
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    for (const line of form.querySelectorAll(".l-busy")) line.hidden = true;
  });
}

function markLeft(select) {
  select.closest(".l-column").classList.toggle("is-left", !select.value);
}

/* Sheets with the same headings follow the one that is open. */
function chooseAlike(form, select) {
  const own = select.closest("[data-like]");
  const place = select.name.split("-").pop();
  for (const sheet of form.querySelectorAll(`[data-like="${own.dataset.like}"]:not([open])`)) {
    const other = sheet.querySelector(`select[name$="-${place}"]`);
    if (!other || sheet === own) continue;
    other.value = select.value;
    markLeft(other);
  }
}

document.addEventListener("alpine:init", () => {
  window.Alpine.data("working", () => ({
    init() { showBusy(this.$root); },
  }));

  /* A file past the limit is not even sent: on a phone that would take minutes. */
  window.Alpine.data("sheetfile", () => ({
    init() { showBusy(this.$root); },
    pick: {
      ["@change"](event) {
        const field = event.target;
        const large = [...field.files].some((file) => file.size > Number(field.dataset.most));
        this.$root.querySelector("[data-too-large]").hidden = !large;
        if (large) field.value = "";
      },
    },
  }));

  /* A column that nobody chose is struck out, so that it is seen what is not kept. */
  window.Alpine.data("mapping", () => ({
    init() {
      showBusy(this.$root);
      this.$root.addEventListener("change", (event) => {
        if (event.target.tagName !== "SELECT") return;
        markLeft(event.target);
        chooseAlike(this.$root, event.target);
      });
    },
  }));
});
