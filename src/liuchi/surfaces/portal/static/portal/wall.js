/* Asks every two seconds with the tag of what it has. The bars are those of every page (components/bars.js):
   nothing is told by colour alone. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const EVERY_MS = 2000;
  const PATIENCE_MS = 8000;
  const body = document.body;
  const state = document.querySelector("[data-state]");
  let tag = "";
  let heard = new Date();
  let shown = { figures: [] };

  const time = (when) => when.toLocaleTimeString("zh-CN", { hour12: false });
  const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };

  const section = (figure) => document.querySelector(`[data-code="${CSS.escape(figure.code)}"]`);
  const draw = (figure) => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const size = Math.max(rem * 0.875, Math.min(rem * 1.5, window.innerWidth / 96));
    window.LiuchiBars.draw(section(figure).querySelector(".l-wall-chart"), figure.chart, { columns: true, size });
  };

  const show = (told) => {
    const codes = [...document.querySelectorAll("[data-code]")].map((each) => each.dataset.code);
    if (codes.join() !== told.figures.map((each) => each.code).join()) { window.location.reload(); return; }
    put(document.querySelector("[data-title]"), told.title);
    put(document.querySelector("[data-day]"), told.day);
    shown = told;
    for (const figure of told.figures) {
      const place = section(figure);
      for (const name of ["text", "month", "previous", "target"]) put(place.querySelector(`[data-${name}]`), figure[name]);
      place.querySelector("[data-target-box]").hidden = !figure.target;
      place.querySelector("[data-few]").hidden = !figure.few;
      place.querySelector(".l-wall-chart").hidden = figure.few;
      if (!figure.few) draw(figure);
    }
    document.querySelector("[data-target-key]").hidden = told.figures.every((figure) => figure.chart.targets.every((each) => each === null));
  };

  const say = () => {
    const lost = Date.now() - heard.getTime() > PATIENCE_MS;
    body.classList.toggle("is-lost", lost);
    put(state, `${lost ? `${body.dataset.lost} · ` : ""}${body.dataset.heard} ${time(heard)}`);
  };

  const ask = async () => {
    try {
      const answer = await fetch(body.dataset.poll, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", signal: AbortSignal.timeout(EVERY_MS * 3) });
      if (answer.status === 410) {
        window.location.reload(); // taken back: the page says so, and the figures leave the wall
        return;
      }
      if (answer.status === 304 || answer.ok) {
        heard = new Date();
        if (answer.status !== 304) {
          tag = answer.headers.get("ETag") || "";
          show(await answer.json());
        }
      }
    } catch (_error) {
      // No network: what is on the wall stays, and the foot says since when.
    }
    say();
    setTimeout(ask, EVERY_MS);
  };

  show(JSON.parse(document.getElementById("wall-told").textContent));
  say();
  ask();
  window.addEventListener("resize", () => { for (const each of shown.figures) if (!each.few) draw(each); });
});
