// Talks to the server: JSON, and streams of one JSON value a line.

const DATA = "data-1"; // the worker's cache of what was read
let token = "";

export class Fault extends Error {
  constructor(status, sentence, more = {}) {
    super(sentence);
    this.status = status;
    this.more = more;
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Fault(0, "連不上伺服器。");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Fault(answer.status, said.error || "伺服器沒有回答。", said);
}

const sent = (body) => ({
  method: "POST",
  headers: { "content-type": "application/json", "x-page-token": token },
  body: JSON.stringify(body),
});

export const get = async (path) => (await ask(path)).json();
export const post = async (path, body) => (await ask(path, sent(body))).json();

export async function me() {
  const known = await get("api/me");
  token = known.token;
  return known;
}

export async function* stream(path, body, signal) {
  const answer = await ask(path, { ...sent(body), signal });
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let held = "";
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch (error) {
      if (signal?.aborted) return;
      throw new Fault(0, "連線中斷了。", { cause: error });
    }
    held += decoder.decode(piece.value ?? new Uint8Array(), { stream: !piece.done });
    const lines = held.split("\n");
    held = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
    if (piece.done) return;
  }
}

// What was read stays readable without the server: have the worker see it once more, or forget it.
export async function remember(number) {
  if (!navigator.serviceWorker?.controller) return;
  await Promise.allSettled([get("api/history"), get(`api/history/${number}`)]);
}

export async function forget(number) {
  if (!("caches" in window)) return;
  const cache = await caches.open(DATA);
  await cache.delete(new URL(`api/history/${number}`, location.href).href);
}

export async function forgetAll() {
  if ("caches" in window) await caches.delete(DATA);
}

export async function missing(entries) {
  if (!navigator.serviceWorker?.controller) return [];
  const cache = await caches.open(DATA);
  const held = await Promise.all(entries.map(({ number }) => cache.match(new URL(`api/history/${number}`, location.href).href)));
  return entries.filter((_, place) => !held[place]);
}
