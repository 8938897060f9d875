/* Bars beside their table, and columns where months follow one another. The table is what is read aloud and copied; the canvas is
   for the eye. Tooltips are drawn on the canvas: HTML ones would need inline styles. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  for (const place of document.querySelectorAll("[data-chart]")) {
    const series = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    const names = {
      type: "category", data: series.names, axisTick: { show: false },
      axisLabel: { color: token("--l-ink"), lineHeight: 16 }, axisLine: { lineStyle: { color: token("--l-line") } },
    };
    const values = {
      type: "value", minInterval: 1, splitLine: { lineStyle: { color: token("--l-line") } },
      axisLabel: { color: token("--l-ink-3") },
    };
    const columns = "columns" in place.dataset;
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: token("--l-font"), fontSize: 14 },
      grid: columns
        ? { left: 4, right: 4, top: 24, bottom: 4, containLabel: true }
        : { left: 8, right: 40, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
      xAxis: columns ? names : values,
      yAxis: columns ? { ...values, show: false } : { ...names, inverse: true },
      series: [{
        type: "bar", data: series.values, barMaxWidth: 28,
        itemStyle: { color: token("--l-pine"), borderRadius: columns ? [4, 4, 0, 0] : [0, 4, 4, 0] },
        label: { show: true, position: columns ? "top" : "right", color: token("--l-ink") },
      }],
    });
    if (!columns) place.style.height = `${Math.max(7, series.names.length * 3 + 2)}rem`;
    chart.resize();
    window.addEventListener("resize", () => chart.resize());
  }
});
