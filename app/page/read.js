// One article: its summary as it is written, what it rests on, what the article does not hold; share, delete.

import { Fault, get, remember, stream } from "./api.js";
import { byId, element, link, original, summary } from "./text.js";
import { kind, paper, TAIPEI, time, writer } from "./words.js";

let open = null; // { article, told, number }
let running = null;

function start(article, sample) {
  open = { article, told: null, number: 0 };
  byId("title").textContent = article.title;
  byId("meta").textContent = [paper(article.source), time(article.published, TAIPEI)].filter(Boolean).join(" · ");
  if (sample) byId("meta").append(element("span", "範例，內容是虛構的", "tag"));
  byId("link").replaceChildren(sample ? "" : link(article.url, "到原網站閱讀 ↗"));
  byId("summary").textContent = "";
  for (const id of ["doubts", "hint", "share", "delete", "again", "wait"]) byId(id).hidden = true;
  byId("writer").textContent = "";
  original(byId("original"), article.article, []);
}

function press(number) {
  for (const [place, said] of [...byId("summary").querySelectorAll(".said, .groundless")].entries()) {
    if (said.className === "said") said.setAttribute("aria-pressed", String(place === number));
  }
  let first = null;
  for (const mark of byId("original").querySelectorAll("mark")) {
    const strong = mark.dataset.grounds.includes(` ${number} `);
    mark.classList.toggle("strong", strong);
    if (strong) first ??= mark;
  }
  first?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function tell(told, who) {
  open.told = told;
  summary(byId("summary"), told, kind, press);
  original(byId("original"), open.article.article, told.grounds);
  const signs = Array.from(told.summary);
  byId("doubts").replaceChildren(...told.marks.map(({ start, end, kind: name }) =>
    element("li", `⚠ 原文找不到這個${kind(name)}：${signs.slice(start, end).join("")}`)));
  byId("doubts").hidden = !told.marks.length;
  byId("hint").hidden = !told.grounds.some(({ places }) => places.length);
  const cut = told.shown ? `文章很長，摘要只根據前 ${told.shown.toLocaleString("zh-TW")} 個字。` : "";
  byId("writer").textContent = cut + (who ? writer(who) : told.writer === "內附摘錄器" ? writer({ kind: "extractive" }) : writer({ name: told.writer }));
  byId("share").hidden = false;
}

function fault(sentence) {
  byId("wait").textContent = sentence;
  byId("wait").hidden = false;
  byId("again").hidden = false;
}

async function write(id, who) {
  running?.abort();
  const mine = running = new AbortController();
  byId("card").setAttribute("aria-busy", "true");
  byId("summary").textContent = "";
  byId("again").hidden = true;
  byId("writer").textContent = writer(who);
  try {
    for await (const step of stream("api/summarise", { id }, mine.signal)) {
      if (mine !== running) return;
      byId("wait").hidden = step.kind !== "ahead";
      if (step.kind === "ahead") byId("wait").textContent = step.number ? `前面還有 ${step.number} 篇，請稍候…` : "正在寫…";
      if (step.kind === "text") byId("summary").append(step.text);
      if (step.kind === "told") tell(step.told, who);
      if (step.kind === "fault") fault(step.text);
      if (step.kind === "saved") {
        open.number = step.number;
        byId("delete").hidden = false;
        remember(step.number);
      }
    }
    if (!open.told && byId("again").hidden) fault("摘要沒有寫完，請再試一次。");
  } catch (error) {
    if (mine === running && error instanceof Fault) fault(error.message);
  } finally {
    if (mine === running) byId("card").setAttribute("aria-busy", "false");
  }
}

export async function read(id, who) {
  leave();
  const { article, sample } = await get(`api/article?id=${encodeURIComponent(id)}`);
  start(article, sample);
  write(id, who);
  byId("again").onclick = () => write(id, who);
}

export async function reread(number) {
  leave();
  const { saved } = await get(`api/history/${number}`);
  start(saved.article, saved.article.source.endsWith(".example"));
  tell(saved.told, null);
  open.number = saved.number;
  byId("delete").hidden = false;
}

export function leave() {
  running?.abort();
  running = null;
  byId("card").setAttribute("aria-busy", "false");
}

export const number = () => open?.number ?? 0;

async function copied(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* the old way may still do */ }
  }
  const field = element("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

export async function share(say) {
  const { article, told } = open;
  const lines = { title: article.title, text: `${article.title}\n\n${told.summary}` };
  const url = link(article.url, "") && !article.source.endsWith(".example") ? article.url : "";
  if (navigator.share) {
    try { return await navigator.share(url ? { ...lines, url } : lines); } catch (error) { if (error.name === "AbortError") return; }
  }
  say(await copied(url ? `${lines.text}\n\n${url}` : lines.text) ? "已複製摘要，可以貼到別處。" : "這個瀏覽器不能分享，也不能複製。");
}
