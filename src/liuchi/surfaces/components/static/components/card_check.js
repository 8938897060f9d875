/* Checks a card on the phone itself. The public keys came with the page, over TLS; the list
   of revoked cards is signed by one of them and good for a day. No request is needed to
   read a code, and none carries one: the token stands behind the # of the address. */
"use strict";

(() => {
  const place = document.querySelector("[data-card-check]");
  if (!place) return;
  const HELD = "liuchi-card-list";
  const DAY = 86400000;
  const DAY_ZERO = Date.UTC(2020, 0, 1);
  const CLOCK_SLACK_SECONDS = 600;
  const { bytes, isSigned, read: readToken } = window.LiuchiCard;
  const keys = JSON.parse(document.getElementById("card-keys").textContent);
  const say = (name) => place.querySelector(`[data-say="${name}"]`).textContent;
  const part = (name) => place.querySelector(`[data-${name}]`);
  const now = () => Date.now() / 1000;

  const isGenuine = (id, message, signature) => isSigned(keys, id, message, signature);

  /* The list this phone holds, or null: what is not signed by a key of the page is no list. */
  async function heldList() {
    try {
      const { key, text, signature } = JSON.parse(localStorage.getItem(HELD));
      const good = await isGenuine(key, new TextEncoder().encode(text), bytes(signature));
      return good ? JSON.parse(text) : null;
    } catch {
      return null;
    }
  }

  async function renewList() {
    try {
      const answer = await fetch(place.dataset.list, { credentials: "omit", cache: "no-store" });
      if (answer.ok) localStorage.setItem(HELD, await answer.text());
    } catch { /* no network: what is held may still be fresh */ }
    showFreshness(await heldList());
  }

  const moment = (seconds) => new Date(seconds * 1000).toLocaleString(document.documentElement.lang, {
    month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
  const dayText = (day) => new Date(DAY_ZERO + day * DAY).toLocaleDateString(
    document.documentElement.lang, { timeZone: "UTC", dateStyle: "long" });

  function showFreshness(list) {
    const line = part("freshness");
    if (!keys.length) line.textContent = "";
    else if (!list) line.textContent = say("no-list");
    else line.textContent = `${say("fresh")} ${moment(list.from)} · ${say("fresh-until")} ${moment(list.until)}`;
  }

  async function judge(token) {
    if (!token || !await isGenuine(token.key, token.body, token.signature)) return ["unknown", "unknown-why"];
    // Days are those of Shanghai, wherever the phone thinks it is.
    const today = Math.floor((Date.now() + 8 * 3600000 - DAY_ZERO) / DAY);
    const list = await heldList();
    if (list && list.refused.includes(token.card)) return ["revoked", "revoked-why"];
    if (today > token.to) return ["expired", ""];
    if (today < token.from) return ["early", "clock-why"];
    if (!list) return ["stale", "no-list"];
    if (list.from > now() + CLOCK_SLACK_SECONDS) return ["stale", "clock-why"];
    if (list.until < now()) return ["stale", "stale-why"];
    return ["valid", ""];
  }

  async function check(text) {
    const token = readToken(text);
    const [state, why] = await judge(token);
    const box = part("result");
    box.dataset.state = state;
    part("word").textContent = say(state);
    part("until").textContent = token && (state === "valid" || state === "expired")
      ? `${say(state === "valid" ? "until" : "ended")} ${dayText(token.to)}` : "";
    part("why").textContent = why ? say(why) : "";
    box.hidden = false;
    box.focus();
    const link = part("open-person");
    link.hidden = state === "unknown" || state === "revoked";
    if (token) link.href = `${place.dataset.open}${token.text}/`;
  }

  /* A camera reads where the browser can; elsewhere the phone's own camera opens this page. */
  let stream = null;
  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    part("video").hidden = true;
    part("scan").textContent = say("scan");
  }
  async function scan() {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      part("freshness").textContent = say("no-camera");
      return;
    }
    const video = part("video");
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    video.srcObject = stream;
    video.hidden = false;
    part("scan").textContent = say("stop");
    await video.play();
    const look = async () => {
      if (!stream) return;
      const [code] = await detector.detect(video).catch(() => []);
      if (code && readToken(code.rawValue)) { stop(); await check(code.rawValue); return; }
      requestAnimationFrame(look);
    };
    look();
  }
  const canScan = "BarcodeDetector" in window && navigator.mediaDevices;
  part("scanner").hidden = !canScan;
  part("no-scanner").hidden = Boolean(canScan);
  part("scan").addEventListener("click", scan);

  const form = place.querySelector("form");
  form.addEventListener("submit", (event) => {
    const text = form.elements.text.value;
    if (!readToken(text) && navigator.onLine) return;  // a number: the office looks it up
    event.preventDefault();
    event.stopImmediatePropagation();
    if (readToken(text)) check(text);
    else part("freshness").textContent = say("no-network");
  }, true);

  async function fromAddress() {
    if (location.hash.length > 1) await check(location.hash);
  }
  window.addEventListener("hashchange", fromAddress);
  window.addEventListener("online", renewList);
  renewList().then(fromAddress);
  setInterval(renewList, 3600000);
  // The page itself has to be there tomorrow in the cellar.
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.ready.then((worker) => worker.active.postMessage({ keep: location.pathname }));
  }
})();
