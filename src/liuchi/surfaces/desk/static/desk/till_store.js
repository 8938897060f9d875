/* What the counter keeps in this browser, and how it asks the server: its own two stores, one id
   for the device, and answers that either came or did not. */
"use strict";

(() => {
  const ANSWER_MS = 8000;
  const { NoNetwork, isJson, newKey, open, post } = window.LiuchiOutbox;
  const { all, drop, put } = open("liuchi-till", { queue: "key", kept: "name" });

  function device() {
    const name = "liuchi:till-device";
    let held = localStorage.getItem(name);
    if (!held) {
      held = newKey();
      localStorage.setItem(name, held);
    }
    return held;
  }

  async function send(url, values) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("device", device());
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    const answer = await post(url, body, ANSWER_MS);
    return isJson(answer) ? answer.json() : { page: answer.status };
  }

  window.LiuchiTill = { NoNetwork, all, device, drop, newKey, put, send };
})();
