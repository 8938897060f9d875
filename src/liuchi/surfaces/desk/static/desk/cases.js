/* The dispatcher's keys: J and K move, D dispatches the one in hand to the unit that is
   chosen, X marks, D then sends all that are marked, U goes to the choice of the unit and Escape back,
   Enter opens. And a usual answer put into its field. The pages do the same without this file. */
"use strict";

const waitForm = document.querySelector("[data-dispatch]");
const waiting = waitForm ? [...waitForm.querySelectorAll("[data-wait]")] : [];
let inHand = 0;

function take(wanted) {
  inHand = Math.max(0, Math.min(waiting.length - 1, wanted));
  for (const each of waiting) each.classList.toggle("is-current", each === waiting[inHand]);
  waiting[inHand].focus({ preventScroll: true });
  waiting[inHand].scrollIntoView({ block: "nearest" });
}

function countMarked() {
  const line = waitForm.querySelector("[data-count]");
  const marked = waitForm.querySelectorAll("input[name=case]:checked").length;
  line.textContent = line.dataset.words.replace("{n}", marked);
  line.parentElement.hidden = marked === 0;
  return marked;
}

function mark() {
  const box = waiting[inHand].querySelector("input[name=case]");
  box.checked = !box.checked;
  countMarked();
  take(inHand + 1);
}

function sendInHand() {
  const all = countMarked();
  const button = all ? waitForm.querySelector("[data-all]") : waiting[inHand].querySelector("[data-send]");
  button.click();
}

const keys = {
  J: () => take(inHand + 1),
  K: () => take(inHand - 1),
  X: mark,
  D: sendInHand,
  U: () => waiting[inHand].querySelector("[data-unit]").focus(),
  ENTER: () => { location.href = waiting[inHand].querySelector("[data-open]").href; },
};

if (waiting.length) {
  for (const [number, each] of waiting.entries()) {
    each.addEventListener("focusin", () => { inHand = number; });
  }
  waitForm.addEventListener("change", countMarked);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) {
      // Out of the choice of the unit, back to the case it is about.
      if (event.key === "Escape" && event.target.closest("[data-wait]")) take(inHand);
      return;
    }
    const act = keys[event.key.toUpperCase()];
    const own = event.key === "Enter" && event.target.closest("button, a, summary");
    if (!act || own) return;
    event.preventDefault();
    act();
  });
  window.addEventListener("load", () => {
    countMarked();
    const left = waiting.findIndex((each) => each.classList.contains("is-left"));
    take(Math.max(0, left));
  });
}

for (const replies of document.querySelectorAll("[data-replies]")) {
  replies.addEventListener("click", (event) => {
    const words = event.target.closest("[data-reply]");
    if (!words) return;
    const field = document.getElementById(replies.dataset.replies);
    field.value = field.value ? `${field.value}\n${words.dataset.reply}` : words.dataset.reply;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
