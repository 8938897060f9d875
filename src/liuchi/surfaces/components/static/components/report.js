/* Reporting a matter: where it is, and whether somebody has told of it already. The phone's
   position is asked for only when its button is pressed, and only the point is sent. */
"use strict";

(() => {
  const form = document.querySelector("form[data-report]");
  if (!form) return;
  const words = JSON.parse(document.getElementById("report-words").textContent);
  const field = (name) => form.elements.namedItem(name);
  const grid = document.querySelector("[data-map-choice]");
  const alike = document.querySelector("[data-alike]");
  const where = document.querySelector("[data-where]");
  const here = document.querySelector("[data-here]");
  const WAIT_MS = 500;
  const DECIMALS = 6;

  const setPoint = (point) => {
    field("longitude").value = point ? point.longitude.toFixed(DECIMALS) : "";
    field("latitude").value = point ? point.latitude.toFixed(DECIMALS) : "";
  };
  document.addEventListener("map:point", (event) => { setPoint(event.detail); look(); });

  async function ask(step, accept) {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "text", "type_code", "grid", "longitude", "latitude"]) {
      if (field(name)) body.set(name, field(name).value);
    }
    body.set("step", step);
    return fetch(location.pathname + location.search, { method: "POST", body, headers: { Accept: accept } });
  }

  if (here && navigator.geolocation && window.isSecureContext) {
    here.hidden = false;
    here.addEventListener("click", () => {
      where.textContent = words.looking;
      navigator.geolocation.getCurrentPosition(async ({ coords }) => {
        setPoint(coords);
        try {
          const found = await (await ask("here", "application/json")).json();
          where.textContent = found.said;
          if (grid && found.grid) grid.value = found.grid;
          document.dispatchEvent(new CustomEvent("map:here", { detail: { longitude: coords.longitude, latitude: coords.latitude, grid: found.grid } }));
          look();
        } catch {
          where.textContent = words.unknown;
        }
      }, () => { where.textContent = words.denied; }, { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
    });
  }

  /* Said before it is sent: who sees that it is known already spares the office a second one. */
  let timer = 0;
  function look() {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (!navigator.onLine || !alike) return;
      try {
        const answer = await ask("alike", "text/html");
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        alike.replaceChildren(...page.body.childNodes);
      } catch {
        /* Without an answer nothing is suggested, and nothing is in the way. */
      }
    }, WAIT_MS);
  }
  form.addEventListener("change", (event) => { if (["text", "type_code", "grid"].includes(event.target.name)) look(); });
  form.addEventListener("drafts:kept", () => { setPoint(null); if (alike) alike.replaceChildren(); });
  form.dataset.placed = "yes";
})();
