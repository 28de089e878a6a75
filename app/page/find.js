// The list of news: found by the server paper by paper, newest first; the last list is kept for a start without waiting.

import { Fault, post, stream } from "./api.js";
import { byId, element } from "./text.js";
import { ORIGINS, paper, TAIPEI, time } from "./words.js";

const KEY = "list", MOST_KEPT = 60;
const ADDRESS = /^https?:\/\/\S+$/i;
let running = null;
let shown = [];
let asked = true;

// Say whether the server asks papers at all.
export function papersAsked(papers) {
  asked = papers.length > 0;
}

export function banner(text) {
  byId("banner").textContent = text;
  byId("banner").hidden = !text;
}

function card(news) {
  const made = element("li"), anchor = element("a");
  anchor.href = `#/news/${encodeURIComponent(news.id)}`;
  const about = element("p", [paper(news.source), time(news.published, TAIPEI)].filter(Boolean).join(" · "), "small");
  if (news.sample) about.append(element("span", "範例", "tag"));
  anchor.append(element("h2", news.title), about, element("p", news.lead, "lead"));
  made.append(anchor);
  return made;
}

function add(news) {
  if (shown.some(({ id }) => id === news.id)) return;
  let place = shown.findIndex(({ published }) => (Date.parse(published) || 0) < (Date.parse(news.published) || 0));
  if (place < 0) place = shown.length;
  shown.splice(place, 0, news);
  byId("list").insertBefore(card(news), byId("list").children[place] ?? null);
  byId("none").hidden = true;
}

function clear() {
  shown = [];
  byId("list").replaceChildren();
  byId("none").hidden = true;
}

function kept() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
}

function keep() {
  try { localStorage.setItem(KEY, JSON.stringify(shown.slice(0, MOST_KEPT))); } catch { /* a full or closed storage */ }
}

function papersTold(states) {
  const said = { asking: "…", done: "✓" };
  const lines = [...states].map(([name, state]) => `${paper(name)} ${said[state] ?? state}`);
  byId("papers").textContent = lines.join("　");
}

function formsTold(forms) {
  byId("forms").textContent = forms.length > 1 ? `找的是：${forms.join("、")}` : "";
  byId("forms").hidden = forms.length < 2;
}

export async function find(query) {
  running?.abort();
  const mine = running = new AbortController();
  const states = new Map();
  const fresh = new Set();
  let replaced = false;
  byId("find").disabled = true;
  banner("");
  formsTold([]);
  if (query) clear();
  else if (!shown.length) kept().forEach(add);
  byId("papers").textContent = "正在找新聞…";
  try {
    for await (const step of stream("api/find", { query }, mine.signal)) {
      if (mine !== running) return;
      if (step.kind === "paper") { states.set(step.paper, step.said); papersTold(states); }
      if (step.kind === "news") {
        if (!query && !replaced && !shown.some(({ id }) => id === step.news.id) && step.news.sample) { clear(); replaced = true; }
        fresh.add(step.news.id);
        add(step.news);
      }
      if (step.kind === "fault") banner(step.text);
      if (step.kind === "end") ended(step, query, fresh);
    }
  } catch (error) {
    if (!(error instanceof Fault) || mine !== running) return;
    byId("papers").textContent = "";
    if (!query && !shown.length) kept().forEach(add);
    banner(error.status === 0 ? ORIGINS.list : error.message);
  } finally {
    if (mine === running) byId("find").disabled = false;
  }
}

// What an older list showed and the server did not name any more goes, so that every line can be opened.
function ended(step, query, fresh) {
  const gone = shown.filter(({ id }) => !fresh.has(id));
  const lines = byId("list").children;
  for (const news of gone) lines[shown.indexOf(news)].dataset.gone = "1";
  for (const line of [...lines]) if (line.dataset.gone) line.remove();
  shown = shown.filter(({ id }) => fresh.has(id));
  const origins = asked ? { sample: "sample", kept: "kept" } : { sample: "offline", kept: "offlineKept" };
  banner(shown.length ? ORIGINS[origins[step.origin]] ?? "" : "");
  formsTold(step.forms);
  if (!byId("papers").textContent.includes(" ")) byId("papers").textContent = "";
  byId("none").textContent = query ? `沒有找到「${query}」的新聞。換個詞試試看？` : "現在沒有新聞。";
  byId("none").hidden = shown.length > 0;
  if (!query) keep();
}

export function listen(open) {
  byId("search").addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = byId("query").value.trim();
    byId("query").blur();
    if (!ADDRESS.test(query)) return find(query);
    byId("find").disabled = true;
    byId("papers").textContent = "正在讀這個網址…";
    try {
      const { id } = await post("api/open", { url: query });
      byId("query").value = "";
      open(id);
    } catch (error) {
      banner(error.message);
    } finally {
      byId("papers").textContent = "";
      byId("find").disabled = false;
    }
  });
  byId("query").addEventListener("search", () => { if (!byId("query").value) find(""); });
}

export const empty = () => !shown.length;
