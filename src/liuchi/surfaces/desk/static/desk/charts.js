/* Charts of a page: what each draws stands beside it. Columns where stretches of time follow one another. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const told = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    window.LiuchiBars.draw(place, told, { columns: "columns" in place.dataset });
  }
});
