/* Review by keyboard: J and K move, A, R and B decide, a digit takes a reason, U takes it
   back, G approves the rest of a deed but for what looks double. The page does the same by touch or by Tab without this file. */
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

/* What was decided stays; what looks double is looked at by itself. */
function approveRest(deed) {
  const inDeed = [...deed.querySelectorAll("[data-case]")];
  for (const each of inDeed) {
    if ("warned" in each.dataset || each.querySelector("input[type=radio]:checked")) continue;
    each.querySelector('input[data-key="A"]').checked = true;
  }
  reviewForm.dispatchEvent(new Event("input", { bubbles: true }));
  const left = inDeed.find((each) => !each.querySelector("input[type=radio]:checked"));
  goTo(left ? cases.indexOf(left) : cases.indexOf(inDeed.at(-1)) + 1);
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
  for (const button of reviewForm.querySelectorAll("[data-action=deed]")) {
    button.addEventListener("click", () => approveRest(button.closest("[data-deed]")));
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toUpperCase();
    if (!/^[JKARBUG1-9]$/.test(key)) return;
    event.preventDefault();
    if (key === "J") goTo(place + 1);
    else if (key === "K") goTo(place - 1);
    else if (place < 0) goTo(0);
    else if (key === "U") takeBack();
    else if (key === "G") {
      const deed = cases[place].closest("[data-deed]");
      if (deed) approveRest(deed);
    }
    else if ("ARB".includes(key)) decide(key);
    else takeReason(Number(key));
  });
  window.addEventListener("load", () => {
    countChosen();
    const left = cases.findIndex((each) => each.classList.contains("is-left"));
    goTo(Math.max(0, left));
  });
}
