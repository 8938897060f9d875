/* What a card's code says, read without asking anybody: 25 bytes and their signature. */
"use strict";

(() => {
  const TOKEN = /(?:^|[#/])([A-Za-z0-9_-]{119})\/?$/;
  const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
  const SIGNED = { name: "ECDSA", hash: "SHA-256" };

  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const plain = (raw) => btoa(String.fromCharCode(...raw))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function read(text) {
    const found = TOKEN.exec(text.trim());
    if (!found) return null;
    const raw = bytes(found[1]);
    if (raw.length !== 89 || raw[0] !== 1) return null;
    const number = (at) => raw[at] * 256 + raw[at + 1];
    return {
      text: found[1],
      key: [...raw.slice(1, 5)].map((each) => each.toString(16).padStart(2, "0")).join(""),
      card: plain(raw.slice(5, 21)),
      from: number(21),
      to: number(23),
      body: raw.slice(0, 25),
      signature: raw.slice(25),
    };
  }

  /* Whether one of the public keys (id, x, y) has signed a message. */
  async function isSigned(keys, id, message, signature) {
    const key = keys.find((each) => each.id === id);
    if (!key) return false;
    const point = { kty: "EC", crv: "P-256", x: key.x, y: key.y };
    const held = await crypto.subtle.importKey("jwk", point, ALGORITHM, false, ["verify"]);
    return crypto.subtle.verify(SIGNED, held, signature, message);
  }

  window.LiuchiCard = { bytes, isSigned, read };
})();
