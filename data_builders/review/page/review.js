// The page of one reviewer: shows an item, sends what is decided, shows the next one.

import { Fields, grow } from "./fields.js";
import { listen } from "./keys.js";
import { openHelp, openProgress, reject, showProgress, wireDialogs } from "./panels.js";
import { element, put, putMarked } from "./text.js";
import { PARTS, VERDICTS } from "./words.js";

const by = (id) => document.getElementById(id);
const unsaved = new Map(); // edits of items that were left without a decision, by draft
let token = "", view = null, last = "", busy = false, marked = "";

const fields = new Fields((changed) => {
  by("accept").disabled = changed || !view;
  by("fix").disabled = !changed;
  by("restore").disabled = !changed;
}, mark);

class Refusal extends Error {
  constructor(status, body) { super(body.error ?? `HTTP ${status}`); this.status = status; this.body = body; }
}

async function ask(path, body) {
  const request = body === undefined ? {} : {
    method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", "x-review-token": token },
  };
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Error("連不上伺服器。修改還在畫面上，請確認伺服器開著，再按一次。");
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, found);
  return found;
}

// Run one thing at a time; what goes wrong is told and changes nothing on the page.
async function once(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (error) {
    if (error.status === 401) return enter(error.body.needs_password);
    say(error.message, true);
  } finally {
    busy = false;
  }
}

function say(text, wrong = false) {
  const said = by("said");
  clearTimeout(say.timer);
  said.replaceChildren();
  put(said, text);
  said.classList.toggle("wrong", wrong);
  said.hidden = false;
  say.timer = setTimeout(() => { said.hidden = true; }, wrong ? 8000 : 2500);
}

async function enter(needsPassword) {
  const dialog = by("enter");
  by("password-row").hidden = !needsPassword;
  if (!dialog.open) dialog.showModal();
}

async function begin() {
  keepEdits();
  const me = await ask("api/me");
  token = me.token;
  by("who").textContent = me.reviewer;
  show(await ask("api/item?at=resume"));
}

function keepEdits() {
  if (!view) return;
  if (fields.changed()) unsaved.set(view.draft, fields.content());
  else unsaved.delete(view.draft);
}

function show(answer) {
  showProgress(answer.progress);
  view = answer.item;
  for (const id of ["top", "actions"]) by(id).hidden = false;
  by("desk").hidden = !view;
  by("done").hidden = Boolean(view);
  for (const id of ["accept", "fix", "reject", "restore", "next"]) by(id).disabled = !view;
  if (!view) {
    by("done-count").textContent = by("count").textContent;
    by("done").querySelector("h2").focus();
    return;
  }
  last = view.id;
  by("title").replaceChildren();
  put(by("title"), view.title || "（沒有標題）");
  const about = [view.source, view.published.slice(0, 16).replace("T", " ")].filter(Boolean);
  by("meta").replaceChildren(...about.map((text) => element("span", text)));
  if (view.url) {
    const link = element("a", "原始網頁");
    Object.assign(link, { href: view.url, target: "_blank", rel: "noopener noreferrer" });
    by("meta").append(link);
  }
  showArticle("");
  showStanding(answer.progress.items);
  fields.load(view, unsaved.get(view.draft) ?? view.mine?.content ?? view.start);
  by("news").scrollTop = 0;
  by("work").scrollTop = 0;
  by("place").focus({ preventScroll: true });
}

function showStanding(items) {
  const doubted = [...new Set(view.doubts.map((one) => PARTS[one.part] ?? one.part))].join("、");
  const text = `第 ${view.place} / ${items} 則 · ${view.id} · ${view.teacher}（${view.strategy}）`;
  by("place").replaceChildren();
  put(by("place"), text + (doubted ? ` · 自動檢查存疑：${doubted}` : " · 自動檢查沒有疑問"));
  by("mine").hidden = !view.mine;
  if (view.mine) {
    const at = new Date(view.mine.at).toLocaleString("zh-TW", { dateStyle: "short", timeStyle: "short" });
    by("mine").textContent = `你在 ${at} 的決定：${VERDICTS[view.mine.verdict]}。再決定一次會取代它。`;
  }
}

function showArticle(needle) {
  marked = needle;
  by("article").replaceChildren(...view.article.split("\n").filter(Boolean).map((text) => {
    const paragraph = element("p");
    putMarked(paragraph, text, needle ? [needle] : []);
    return paragraph;
  }));
}

// Mark in the news what a field holds, and bring the first place into sight.
function mark(text) {
  const needle = text.trim();
  if (!view || needle === marked) return;
  showArticle(needle.length > 1 ? needle : "");
  const found = by("article").querySelector("mark");
  if (!found) return;
  const pane = by("news");
  const top = found.offsetTop - pane.offsetTop;
  if (top < pane.scrollTop || top > pane.scrollTop + pane.clientHeight - 40) pane.scrollTop = top - pane.clientHeight / 3;
}

const decide = (verdict, more = {}) => once(async () => {
  if (!view) return;
  const body = { id: view.id, draft: view.draft, verdict, ...more };
  if (verdict !== "reject") body.content = fields.content();
  const answer = await ask("api/decide", body);
  unsaved.delete(body.draft);
  show(answer);
  say(`已存檔：${VERDICTS[verdict]} ${body.id}`);
});

const actions = {
  a: () => (view && fields.changed() ? say("有修改：按 F 儲存修改，或按 Z 還原原稿。", true) : decide("accept")),
  f: () => (view && !fields.changed() ? say("沒有修改：按 A 接受，或先編輯。", true) : decide("fix")),
  r: () => view && reject((reason, note) => decide("reject", { reason, note })),
  u: () => once(async () => {
    keepEdits();
    show(await ask("api/undo", {}));
    say("已復原，請重新決定。");
  }),
  j: () => go("next"),
  k: () => go("previous"),
  e: () => view && by("summary").focus(),
  z: () => {
    if (!view) return;
    unsaved.delete(view.draft);
    fields.load(view, view.start);
    by("place").focus({ preventScroll: true });
  },
  p: openProgress,
  "?": openHelp,
};
actions.ArrowRight = actions.j;
actions.ArrowLeft = actions.k;

function go(at) {
  return once(async () => {
    if (!last) return;
    keepEdits();
    const here = encodeURIComponent(last);
    const answer = await ask(`api/item?at=${view ? at : "this"}&id=${here}`);
    if (answer.item) show(answer);
    else say(at === "next" ? "已經是最後一則。" : "已經是第一則。");
  });
}

const CLICKS = {
  accept: "a", fix: "f", reject: "r", undo: "u", next: "j", previous: "k", restore: "z", "open-help": "?",
  "open-progress": "p",
};
for (const [id, key] of Object.entries(CLICKS)) by(id).addEventListener("click", () => actions[key]());
wireDialogs(async (name, password) => {
  await ask("api/enter", { name, password });
  await begin();
});
listen(actions, () => (view && fields.changed() ? actions.f() : actions.a()));
addEventListener("beforeunload", (event) => {
  if (unsaved.size || (view && fields.changed())) event.preventDefault();
});
addEventListener("resize", () => document.querySelectorAll("textarea").forEach(grow));
once(begin);
