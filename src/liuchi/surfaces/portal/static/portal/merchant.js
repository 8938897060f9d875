/* Scans a card's code into the field and sends it. Without a camera the field does all. */
"use strict";

(() => {
  const form = document.querySelector("[data-scan-form]");
  if (!form || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const button = form.querySelector("[data-scan]");
  const video = form.querySelector("[data-video]");
  const text = form.querySelector("[name=text]");
  const EVERY_MS = 250;
  let stream = null;
  button.hidden = false;

  function stop() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
  }

  async function look(detector) {
    if (!stream) return;
    const found = await detector.detect(video).catch(() => []);
    if (found.length) {
      text.value = found[0].rawValue;
      stop();
      form.requestSubmit();
      return;
    }
    setTimeout(() => look(detector), EVERY_MS);
  }

  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      text.focus();
      return undefined;
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    return look(new window.BarcodeDetector({ formats: ["qr_code"] }));
  });
})();
