/* Asks every two seconds with the tag of what it has. One colour in the bars and words beside every
   number: nothing is told by colour alone. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const EVERY_MS = 2000;
  const PATIENCE_MS = 8000;
  const body = document.body;
  const state = document.querySelector("[data-state]");
  const charts = new Map();
  let tag = "";
  let heard = new Date();
  let taken = false;

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const time = (when) => when.toLocaleTimeString("zh-CN", { hour12: false });
  const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };

  const draw = (section, figure) => {
    const place = section.querySelector(".l-wall-chart");
    if (!charts.has(figure.code)) charts.set(figure.code, window.echarts.init(place, null, { renderer: "canvas" }));
    const size = Math.max(13, Math.min(24, Math.round(window.innerWidth / 96)));
    charts.get(figure.code).setOption({
      animation: false,
      textStyle: { fontFamily: token("--l-font"), fontSize: size },
      grid: { left: 4, right: 4, top: size * 2, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: figure.names, axisTick: { show: false }, axisLabel: { color: token("--l-ink"), fontSize: size, lineHeight: size * 1.3 }, axisLine: { lineStyle: { color: token("--l-line") } } },
      yAxis: { type: "value", show: false, min: 0 },
      series: [{ type: "bar", data: figure.values, barMaxWidth: 64, itemStyle: { color: token("--l-pine"), borderRadius: [6, 6, 0, 0] }, label: { show: true, position: "top", color: token("--l-ink"), fontSize: size } }],
    });
  };

  const show = (told) => {
    const codes = [...document.querySelectorAll("[data-code]")].map((each) => each.dataset.code);
    if (codes.join() !== told.figures.map((each) => each.code).join()) { window.location.reload(); return; }
    put(document.querySelector("[data-title]"), told.title);
    put(document.querySelector("[data-day]"), told.day);
    for (const figure of told.figures) {
      const section = document.querySelector(`[data-code="${CSS.escape(figure.code)}"]`);
      for (const name of ["text", "month", "previous", "target"]) put(section.querySelector(`[data-${name}]`), figure[name]);
      section.querySelector("[data-target-box]").hidden = !figure.target;
      draw(section, figure);
    }
  };

  const say = () => {
    const lost = taken || Date.now() - heard.getTime() > PATIENCE_MS;
    body.classList.toggle("is-lost", lost);
    put(state, `${taken ? `${body.dataset.gone} · ` : lost ? `${body.dataset.lost} · ` : ""}${body.dataset.heard} ${time(heard)}`);
  };

  const ask = async () => {
    try {
      const answer = await fetch(body.dataset.poll, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", signal: AbortSignal.timeout(EVERY_MS * 3) });
      if (answer.status === 404) {
        taken = true;
      } else if (answer.status === 304 || answer.ok) {
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
    if (!taken) setTimeout(ask, EVERY_MS);
  };

  show(JSON.parse(document.getElementById("wall-told").textContent));
  say();
  ask();
  window.addEventListener("resize", () => { for (const chart of charts.values()) chart.resize(); });
});
