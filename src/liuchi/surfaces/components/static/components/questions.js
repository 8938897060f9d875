/* What is asked about a type appears when the type is chosen; what is hidden is not sent. */
"use strict";

(() => {
  const places = [...document.querySelectorAll("[data-asks]")];
  function show(place) {
    const chosen = place.querySelector("[data-asks-type] select, select[data-asks-type], [data-asks-type] input:checked");
    for (const block of place.querySelectorAll("[data-asked-of]")) {
      const isAsked = Boolean(chosen) && block.dataset.askedOf.split(" ").includes(chosen.value || place.dataset.asks);
      block.hidden = !isAsked;
      block.disabled = !isAsked;
    }
  }
  for (const place of places) {
    place.addEventListener("change", () => show(place));
    show(place);
  }
  document.addEventListener("drafts:kept", () => setTimeout(() => places.forEach(show)));
})();
