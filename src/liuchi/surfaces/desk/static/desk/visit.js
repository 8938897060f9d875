/* A visit begins with one matter; the next appears when there is something in the last. */
"use strict";

(() => {
  const matters = [...document.querySelectorAll("[data-matter]")];
  const isBegun = (each) => each.querySelector("textarea").value.trim() !== "";
  function show() {
    matters.forEach((each, place) => { each.hidden = place > 0 && !isBegun(matters[place - 1]) && !isBegun(each); });
  }
  document.addEventListener("input", show);
  document.addEventListener("drafts:kept", () => setTimeout(show));
  show();
})();
