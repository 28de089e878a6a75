// The page without its server: the shell, and what was read. The server is always asked first.

const SHELL = "shell-1", DATA = "data-1";
const FILES = [
  "./", "page.css", "theme.js", "main.js", "api.js", "find.js", "read.js", "history.js", "text.js", "words.js",
  "manifest.webmanifest", "icon.svg", "icon-192.png", "icon-512.png",
];
const KEPT = /\/api\/(me|article|history(\/\d+)?)$/;
const MOST = 300, PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => ![SHELL, DATA].includes(name)).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (!url.pathname.includes("/api/")) event.respondWith(first(event, SHELL));
  else if (KEPT.test(url.pathname)) event.respondWith(first(event, DATA));
});

async function first(event, name) {
  const cache = await caches.open(name);
  const held = await cache.match(event.request, { ignoreSearch: name === SHELL });
  const asked = fetch(event.request).then((answer) => {
    if (answer.ok) event.waitUntil(put(cache, event.request, answer.clone()));
    return answer;
  });
  if (!held) return asked;
  asked.catch(() => { /* what is held is the answer */ });
  const late = new Promise((done) => setTimeout(done, PATIENCE, held));
  return Promise.race([asked.catch(() => held), late]);
}

async function put(cache, request, answer) {
  await cache.put(request, answer);
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
}
