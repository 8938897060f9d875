/* Our own areas on a map: outlines and pins, and behind them the pictures of a map server
   where the installation names one. What is picked here is picked in the list beside it,
   which a keyboard and a screen reader use instead. Names come as text, never as HTML. */
"use strict";

(() => {
  const LABELS_MOST = 30;
  const FIT = { padding: [12, 12], maxZoom: 18, animate: false };
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const text = (words) => {
    const node = document.createElement("span");
    node.textContent = words;
    return node;
  };

  function usual(each) {
    return each.grid
      ? { color: token("--l-pine"), weight: 1.5, fillColor: token("--l-pine"), fillOpacity: 0.1 }
      : { color: token("--l-line-strong"), weight: 2, dashArray: "6 5", fill: false, interactive: false };
  }
  const picked = () => ({ color: token("--l-brick"), weight: 3, fillColor: token("--l-brick"), fillOpacity: 0.22 });
  /* Told apart by size as well: not everybody sees red and green. */
  const looks = { open: ["--l-news", 8], late: ["--l-bad", 9.5], done: ["--l-good", 6.5] };

  function begin(place) {
    const data = JSON.parse(document.getElementById("map-data").textContent);
    const map = window.L.map(place, { attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
    window.L.control.zoom({ zoomInTitle: place.dataset.in, zoomOutTitle: place.dataset.out }).addTo(map);
    if (data.tiles) window.L.tileLayer(data.tiles, { maxZoom: 19 }).addTo(map);
    const layers = new Map();
    const all = window.L.featureGroup().addTo(map);
    const labelled = data.outlines.filter((each) => each.grid).length <= LABELS_MOST;
    for (const each of data.outlines) {
      const layer = window.L.geoJSON(each.outline, { style: usual(each), interactive: each.grid });
      if (each.grid) {
        layer.bindTooltip(text(each.name), { permanent: labelled, direction: "center", className: "l-map-name" });
        layer.on("click", (event) => pick(each, event.latlng));
        layers.set(each.id, { layer, each });
      }
      all.addLayer(layer);
    }
    map.createPane("pins").style.zIndex = 660; // above the names of grids, and a chosen grid
    for (const pin of data.pins) {
      const mark = window.L.circleMarker(pin.at, { pane: "pins", radius: looks[pin.look][1], weight: 2, color: token("--l-card"), fillColor: token(looks[pin.look][0]), fillOpacity: 1 });
      mark.bindTooltip(text(pin.title), { pane: "popupPane" });
      if (pin.url) mark.on("click", () => { location.href = pin.url; });
      all.addLayer(mark);
    }
    /* A name that is wider than its grid would lie over its neighbours'. */
    function fitNames() {
      for (const { layer } of layers.values()) {
        const name = layer.getTooltip() && layer.getTooltip().getElement();
        if (!name) continue;
        name.hidden = false;
        const bounds = layer.getBounds();
        const room = map.latLngToContainerPoint(bounds.getNorthEast()).x - map.latLngToContainerPoint(bounds.getSouthWest()).x;
        name.hidden = name.offsetWidth > room;
      }
    }
    map.on("zoomend resize", fitNames);
    const whole = () => { if (all.getLayers().length) map.fitBounds(all.getBounds(), FIT); };
    whole();
    fitNames();

    const choice = document.querySelector("[data-map-choice]");
    let pinned = null;
    let shown = null;

    function show(id) {
      if (shown && layers.has(shown)) layers.get(shown).layer.setStyle(usual(layers.get(shown).each));
      shown = layers.has(id) ? id : null;
      if (shown) layers.get(shown).layer.setStyle(picked()).bringToFront();
    }
    function put(at) {
      if (pinned) pinned.setLatLng(at);
      else pinned = window.L.circleMarker(at, { pane: "pins", radius: 9, weight: 3, color: token("--l-card"), fillColor: token("--l-brick"), fillOpacity: 1 }).addTo(map);
      pinned.bringToFront();
    }
    function told(at) {
      place.dispatchEvent(new CustomEvent("map:point", { bubbles: true, detail: at }));
    }
    function pick(each, at) {
      if (data.url) {
        location.href = data.url.replace("{id}", each.id);
        return;
      }
      if (!data.picks) return;
      show(each.id);
      put(at);
      told({ longitude: at.lng, latitude: at.lat });
      if (choice) {
        choice.value = each.id;
        choice.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    if (data.chosen) show(data.chosen);
    if (choice) {
      if (choice.value) show(choice.value);
      choice.addEventListener("change", () => {
        if (choice.value === shown) return;
        show(choice.value);
        if (pinned) {
          pinned.remove();
          pinned = null;
          told(null);
        }
        if (shown) map.fitBounds(layers.get(shown).layer.getBounds(), FIT);
      });
    }
    /* A page that has found out where somebody stands says so; the map shows it. */
    document.addEventListener("map:here", (event) => {
      const at = [event.detail.latitude, event.detail.longitude];
      put(at);
      show(event.detail.grid || "");
      if (shown) map.fitBounds(layers.get(shown).layer.getBounds().pad(0.3));
      else map.setView(at, 16);
    });
    /* The map may have been hidden when it was made, or turned with the phone. */
    new ResizeObserver(() => { map.invalidateSize(); if (!pinned && !shown) whole(); }).observe(place);
    place.dataset.ready = "yes";
  }

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector("[data-map]");
    if (place && window.L) begin(place);
  });
})();
