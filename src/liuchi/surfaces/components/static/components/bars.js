/* Bars of one figure: one colour, a number on each, hatching where the stretch is not over, a dashed line where
   a target stands. The table or list beside it is what is read aloud and copied; the canvas is for the eye.
   Tooltips are drawn on the canvas: HTML ones would need inline styles. */
"use strict";

window.LiuchiBars = (() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

  /* A line right across its bar, pale beneath, so that it shows on the bar as on the ground. */
  const target = (columns) => (_params, api) => {
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const half = (columns ? api.size([1, 0])[0] : api.size([0, 1])[1]) * 0.46;
    const shape = columns ? { x1: x - half, y1: y, x2: x + half, y2: y } : { x1: x, y1: y - half, x2: x, y2: y + half };
    return {
      type: "group",
      children: [
        { type: "line", shape, style: { stroke: token("--l-card"), lineWidth: 6 } },
        { type: "line", shape, style: { stroke: token("--l-ink"), lineWidth: 2.5, lineDash: [6, 3] } },
      ],
    };
  };

  const hint = (told) => ([first]) => {
    const at = first.dataIndex;
    const lines = [`${told.names[at].replace("\n", " ")}${told.running[at] ? ` (${told.words.running})` : ""}`, told.texts[at]];
    if (told.targets[at] !== null) lines.push(`${told.words.target} ${told.targets[at]}`);
    return lines.join("\n");
  };

  const option = (told, { columns, size }) => {
    const label = { show: true, color: token("--l-ink"), fontSize: size, backgroundColor: token("--l-card"), padding: [1, 3] };
    const names = {
      type: "category", data: told.names, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--l-line-strong") } },
      axisLabel: { color: token("--l-ink"), fontSize: size, lineHeight: size * 1.3, hideOverlap: true },
    };
    const values = {
      type: "value", min: (range) => Math.min(0, range.min), minInterval: 1, splitLine: { lineStyle: { color: token("--l-line") } },
      axisLabel: { color: token("--l-ink-2"), fontSize: size, hideOverlap: true },
    };
    const stripes = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: Math.PI / 4, color: token("--l-card") };
    const across = (value, at) => (columns ? [at, value] : [value, at]);
    return {
      animation: false,
      textStyle: { fontFamily: token("--l-font"), fontSize: size },
      grid: columns
        ? { left: 4, right: 4, top: size * 2, bottom: 4, containLabel: true }
        : { left: 8, right: size * 5, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, formatter: hint(told) },
      xAxis: columns ? names : values,
      yAxis: columns ? { ...values, show: false } : { ...names, inverse: true },
      series: [
        {
          type: "bar", barMaxWidth: size * 3, z: 2,
          data: told.values.map((value, at) => ({
            value,
            itemStyle: { color: token("--l-pine"), borderColor: token("--l-pine"), borderWidth: 1, borderRadius: columns ? [4, 4, 0, 0] : [0, 4, 4, 0], ...(told.running[at] ? { decal: stripes } : {}) },
          })),
        },
        {
          // The numbers, above any line; what has none says so where its bar would begin.
          type: "scatter", symbolSize: 1, silent: true, z: 4, itemStyle: { color: "transparent", opacity: 1 }, labelLayout: { hideOverlap: true },
          data: told.values.map((value, at) => across(value ?? 0, at)),
          label: { ...label, position: columns ? "top" : "right", formatter: ({ dataIndex }) => told.texts[dataIndex] },
        },
        {
          type: "custom", silent: true, z: 3, renderItem: target(columns), encode: { x: 0, y: 1 },
          data: told.targets.flatMap((value, at) => (value === null ? [] : [across(value, at)])),
        },
      ],
    };
  };

  const charts = new Map();
  const draw = (place, told, { columns, size = rem() * 0.875 }) => {
    if (!window.echarts) return; // it never arrived: the numbers stand beside
    if (!charts.has(place)) charts.set(place, window.echarts.init(place, null, { renderer: "canvas" }));
    if (!columns) place.style.height = `${Math.max(7, told.names.length * 3 + 2)}rem`;
    charts.get(place).setOption(option(told, { columns, size }), { replaceMerge: ["series"] });
    charts.get(place).resize();
  };
  window.addEventListener("resize", () => { for (const chart of charts.values()) chart.resize(); });
  return { draw, option };
})();
