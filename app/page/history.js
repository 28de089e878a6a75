// What was read: newest first, each with its original; deleting can be taken back for a while.

import { forget, get, missing, post, remember } from "./api.js";
import { byId, element } from "./text.js";
import { paper, time } from "./words.js";

let last = 0;

function card(entry, say) {
  const made = element("li"), anchor = element("a"), remove = element("button", "✕", "remove");
  anchor.href = `#/history/${entry.number}`;
  anchor.append(
    element("h2", entry.title),
    element("p", [paper(entry.source), `讀於 ${time(entry.at)}`].join(" · "), "small"),
    element("p", entry.summary, "lead"),
  );
  remove.type = "button";
  remove.setAttribute("aria-label", `刪除「${entry.title}」的紀錄`);
  remove.addEventListener("click", () => drop(entry.number, say, show));
  made.append(anchor, remove);
  return made;

  async function show() { await list(say); }
}

export async function list(say) {
  const { entries } = await get("api/history");
  byId("entries").replaceChildren(...entries.map((entry) => card(entry, say)));
  paged(entries);
  byId("nothing").hidden = entries.length > 0;
  for (const entry of await missing(entries)) await remember(entry.number);
}

function paged(entries) {
  last = entries.at(-1)?.number ?? 0;
  byId("more").hidden = entries.length < 30;
}

export async function more(say) {
  const { entries } = await get(`api/history?before=${last}`);
  byId("entries").append(...entries.map((entry) => card(entry, say)));
  paged(entries);
}

export async function drop(number, say, after) {
  try {
    await post("api/delete", { number });
    await forget(number);
    await after();
    say("已刪除這一則紀錄。", async () => {
      await post("api/restore", { number });
      await after();
      await remember(number);
    });
  } catch (error) {
    say(error.status === 0 ? "離線時不能刪除。" : error.message);
  }
}
