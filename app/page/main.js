// The page's start: who we are, which view the address names, the theme, the message at the bottom, the worker.

import { Fault, forgetAll, get, me, post } from "./api.js";
import { banner, empty, find, listen, papersAsked } from "./find.js";
import * as history from "./history.js";
import { leave, number, read, reread, share } from "./read.js";
import { byId } from "./text.js";

const VIEWS = ["news", "read", "history", "enter"];
const THEMES = { light: "☀", dark: "☾", "": "◐" };
const places = {};
let who = { name: "", kind: "" };
let view = "", timer = 0, moved = 0;

function say(text, undo) {
  byId("said-text").textContent = text;
  byId("undo").hidden = !undo;
  byId("undo").onclick = async () => {
    byId("said").hidden = true;
    try { await undo(); } catch (error) { say(error.message); }
  };
  byId("said").hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { byId("said").hidden = true; }, undo ? 8000 : 4000);
}

function show(name, heading) {
  if (view) places[view] = scrollY;
  view = name;
  for (const one of VIEWS) byId(one).hidden = one !== name;
  byId("heading").textContent = heading;
  byId("back").hidden = name !== "read";
  const inHistory = location.hash.startsWith("#/history");
  for (const [tab, on] of [["to-news", !inHistory], ["to-history", inHistory]]) {
    if (on) byId(tab).setAttribute("aria-current", "page");
    else byId(tab).removeAttribute("aria-current");
  }
  scrollTo(0, name === "read" ? 0 : places[name] ?? 0);
}

async function go() {
  const [, name = "", id = ""] = location.hash.split("/");
  const mine = ++moved;
  if (view === "read") leave();
  banner("");
  try {
    if (name === "news" && id) {
      await read(decodeURIComponent(id), who);
      if (mine === moved) { show("read", "新聞"); byId("title").focus({ preventScroll: true }); }
    } else if (name === "history" && id) {
      await reread(Number(id));
      if (mine === moved) { show("read", "紀錄"); byId("title").focus({ preventScroll: true }); }
    } else if (name === "history") {
      show("history", "閱讀紀錄");
      await history.list(say);
    } else {
      show("news", "新聞快讀");
      if (empty()) find(byId("query").value.trim());
    }
  } catch (error) {
    if (!(error instanceof Fault) || mine !== moved) throw error;
    if (error.status === 401) return entrance();
    if (name === "news" || (name === "history" && id)) show(name === "news" ? "news" : "history", "新聞快讀");
    banner(error.status === 0 ? "連不上伺服器，這一頁還沒有存在手機裡。" : error.message);
    if (name === "news" && empty()) find("");
  }
}

function themed() {
  let chosen = "";
  try { chosen = localStorage.getItem("theme") || ""; } catch { /* storage may be closed to us */ }
  window.paintTheme();
  byId("theme").textContent = THEMES[chosen];
  const said = { light: "淺色", dark: "深色", "": "跟隨手機" }[chosen];
  byId("theme").setAttribute("aria-label", `外觀：${said}，點一下切換`);
  return chosen;
}

function nextTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const order = dark ? ["", "light", "dark"] : ["", "dark", "light"];
  const next = order[(order.indexOf(themed()) + 1) % 3];
  try { localStorage.setItem("theme", next); } catch { /* it holds until the page is closed */ }
  themed();
}

function entrance() {
  show("enter", "新聞快讀");
  byId("token").focus();
}

async function enter(token) {
  await post("api/enter", { token });
  await begin();
}

async function begin() {
  try {
    const known = await me();
    who = known.writer;
    papersAsked(known.papers);
  } catch (error) {
    if (error.status === 401) { await forgetAll(); return entrance(); }
    banner(error.message);
  }
  await go();
}

async function offline() {
  if (!("serviceWorker" in navigator)) return;
  // The one address that may become a script's: the policy gives it whatever it is asked for.
  const policy = window.trustedTypes?.createPolicy("shell", { createScriptURL: () => "sw.js" });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : "sw.js");
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  }
  await Promise.allSettled([get("api/me"), get("api/history")]); // through the worker this time, which keeps them
}

async function boot() {
  themed();
  byId("theme").addEventListener("click", nextTheme);
  byId("back").addEventListener("click", () => (window.history.length > 1 ? window.history.back() : (location.hash = "#/")));
  byId("share").addEventListener("click", () => share(say));
  byId("delete").addEventListener("click", () => history.drop(number(), say, async () => {
    if (view === "read") location.hash = "#/history";
    else await history.list(say);
  }));
  byId("more").addEventListener("click", () => history.more(say).catch((error) => say(error.message)));
  byId("to-news").addEventListener("click", () => { if (view === "news") { byId("query").value = ""; find(""); scrollTo(0, 0); } });
  byId("enter").addEventListener("submit", (event) => {
    event.preventDefault();
    enter(byId("token").value.trim()).catch((error) => banner(error.message));
  });
  listen((id) => { location.hash = `#/news/${encodeURIComponent(id)}`; });
  addEventListener("hashchange", go);
  const given = /^#token=(.+)$/.exec(location.hash);
  if (given) {
    window.history.replaceState(null, "", "#/"); // the token stays in no history and no shared address
    await enter(decodeURIComponent(given[1])).catch((error) => { entrance(); banner(error.message); });
  } else {
    await begin();
  }
  offline().catch(() => { /* without a worker the page needs its server */ });
}

boot();
