/* Review by keyboard: J and K move, A, R and B decide, a digit takes a reason, U takes it
   back. The page does the same by touch or by Tab without this file. */
"use strict";

const reviewForm = document.querySelector("[data-review]");
const cases = reviewForm ? [...reviewForm.querySelectorAll("[data-case]")] : [];
let place = -1;

function countChosen() {
  const line = reviewForm.querySelector("[data-count]");
  const chosen = reviewForm.querySelectorAll("input[type=radio]:checked").length;
  line.textContent = line.dataset.words.replace("{n}", chosen);
}

function goTo(wanted) {
  place = Math.max(0, Math.min(cases.length - 1, wanted));
  for (const each of cases) each.classList.remove("is-current");
  cases[place].classList.add("is-current");
  cases[place].focus({ preventScroll: true });
  cases[place].scrollIntoView({ block: "nearest" });
}

function decide(key) {
  const radio = cases[place].querySelector(`input[data-key="${key}"]`);
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  if (key === "A") goTo(place + 1);
  countChosen();
}

function takeBack() {
  for (const radio of cases[place].querySelectorAll("input[type=radio]")) radio.checked = false;
  reviewForm.dispatchEvent(new Event("input", { bubbles: true }));
  countChosen();
}

function takeReason(number) {
  const sentBack = cases[place].querySelector("input:is([value=reject], [value=return]):checked");
  const select = cases[place].querySelector("select");
  if (!sentBack || number >= select.options.length) return;
  select.selectedIndex = number;
  select.dispatchEvent(new Event("input", { bubbles: true }));
  goTo(place + 1);
}

if (cases.length) {
  for (const [number, each] of cases.entries()) {
    each.addEventListener("focusin", () => { place = number; });
  }
  reviewForm.addEventListener("input", countChosen);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toUpperCase();
    if (!/^[JKARBU1-9]$/.test(key)) return;
    event.preventDefault();
    if (key === "J") goTo(place + 1);
    else if (key === "K") goTo(place - 1);
    else if (place < 0) goTo(0);
    else if (key === "U") takeBack();
    else if ("ARB".includes(key)) decide(key);
    else takeReason(Number(key));
  });
  window.addEventListener("load", () => {
    countChosen();
    const left = cases.findIndex((each) => each.classList.contains("is-left"));
    goTo(Math.max(0, left));
  });
}
