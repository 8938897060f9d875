/* The service worker: with a network it stands aside. Without one it shows the public
   pages read before (rules, notices, prices), else a page that says what to do. Nothing of
   a person is ever kept: pages are fetched for the store without cookies, and only those
   below /v/ that anybody may read, the page that checks cards, and the empty page of a shop's
   counter. The empty forms a grid worker reports with are kept as they came, until the next
   sign-out: a cellar has no network. */
"use strict";

const STORE = "liuchi-4";
const OFFLINE = "/offline/";
const PUBLIC = /^\/v\/[\w-]+\/(rules\/|notices\/|report\/|enterprise\/)?$/;
/* The counter's page: it says nothing of anybody, and what it holds it keeps for itself. */
const TILL = /^\/desk\/shop\/[\w-]+\/till\/$/;
const OWN = /^\/desk\/(report|visit)\/(\?at=[\w-]+)?$/;
const SIGN_OUT = "/sign-out/";
const CHECK = "/card/check/";
const KEPT_SECONDS = 6 * 3600;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => keep(store, OFFLINE)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/* A page and the styles it names, so that it can be read on its own. */
async function keep(store, path, credentials = "omit", renew = false) {
  const held = await store.match(path);
  if (!renew && held && Date.now() - new Date(held.headers.get("date")).getTime() < KEPT_SECONDS * 1000) return;
  const page = await fetch(path, { credentials, headers: { Accept: "text/html" } });
  if (!page.ok || page.redirected) return;
  await hold(store, path, page);
}

/* The files first: a page that is held has all it needs, wherever the network goes away. */
async function hold(store, path, page) {
  const text = await page.clone().text();
  const files = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((match) => match[1]);
  await Promise.all(files.map(async (file) => {
    if (await store.match(file)) return;
    const answer = await fetch(file);
    if (answer.ok) await store.put(file, answer);
  }));
  await store.put(path, page);
}

async function forgetOwn() {
  const store = await caches.open(STORE);
  for (const request of await store.keys()) {
    const { pathname, search } = new URL(request.url);
    if (OWN.test(pathname + search)) await store.delete(request);
  }
}

async function page(event) {
  const { pathname, search } = new URL(event.request.url);
  const own = OWN.test(pathname + search);
  const path = own ? pathname + search : pathname;
  try {
    const answer = await fetch(event.request);
    if (own && answer.ok && !answer.redirected) {
      const copy = answer.clone();
      event.waitUntil(caches.open(STORE).then((store) => hold(store, path, copy)).catch(() => {}));
    }
    if (pathname === SIGN_OUT || (own && answer.redirected)) event.waitUntil(forgetOwn());
    if (answer.ok && PUBLIC.test(path)) {
      event.waitUntil(caches.open(STORE).then((store) => keep(store, path)).catch(() => {}));
    }
    if (answer.ok && !answer.redirected && TILL.test(path)) {
      event.waitUntil(caches.open(STORE).then((store) => keep(store, path, "include")).catch(() => {}));
    }
    return answer;
  } catch (error) {
    const store = await caches.open(STORE);
    const held = await store.match(path) || await store.match(OFFLINE);
    if (held) return held;
    throw error;
  }
}

async function file(request) {
  const held = await caches.match(request);
  return held || fetch(request);
}

/* The check page asks to be kept: it was read before this worker was there. */
self.addEventListener("message", (event) => {
  if (event.data?.keep !== CHECK) return;
  // Fetched before anything is replaced: without a network what is held stays.
  event.waitUntil(caches.open(STORE).then((store) => keep(store, CHECK, "omit", true)).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});
