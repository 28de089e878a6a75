// The dialogs: the name, why something is rejected, the keys, progress and agreement; and the bar at the top.

import { element } from "./text.js";
import { KEYS, REASONS, VERDICTS } from "./words.js";

const by = (id) => document.getElementById(id);
let progress = null, onReject = null;

export function showProgress(now) {
  progress = now;
  by("bar").max = Math.max(now.items, 1);
  by("bar").value = now.decided;
  by("count").textContent = `${now.decided} / ${now.items}`;
  const [same, items] = pooled();
  by("agreement").textContent = items ? `一致率 ${Math.round((100 * same) / items)}%` : "進度";
}

function pooled() {
  const sum = (key) => progress.agreement.reduce((total, pair) => total + pair[key], 0);
  return [sum("same"), sum("items")];
}

export function openProgress() {
  if (!progress) return;
  const [same, items] = pooled();
  const verdicts = Object.entries(progress.verdicts).map(([verdict, count]) => `${VERDICTS[verdict]} ${count}`).join("、");
  const rows = [
    ["已決定", `${progress.decided} / ${progress.items}` + (verdicts ? `（${verdicts}）` : "")],
    ["我決定的", `${progress.mine}，還有 ${progress.left} 則等我`],
    ["校對者", `${progress.reviewers} 位`],
    ["兩人都看的項目", `${progress.second} / ${progress.second_wanted} 已有兩份決定`],
    ["一致率", items ? `${same} / ${items} 的判斷（接受、修改、退回）相同` : "還沒有兩人都看過的項目"],
  ];
  by("figures").replaceChildren(...rows.flatMap(([name, text]) => [element("dt", name), element("dd", text)]));
  by("pairs").hidden = !progress.agreement.length;
  by("pairs").querySelector("tbody").replaceChildren(...progress.agreement.map((pair) => {
    const kappa = pair.kappa === null ? "無法計算" : pair.kappa.toFixed(2);
    const row = element("tr");
    row.append(...[`${pair.one}、${pair.other}`, `${pair.items}`, `${pair.same}`, kappa].map((text) => element("td", text)));
    return row;
  }));
  by("pairs-note").textContent = progress.agreement.length
    ? "κ 是扣掉碰巧相同之後的一致程度：1 完全一致，0 與碰巧無異。" : "";
  by("progress").showModal();
}

export function openHelp() {
  by("keys").replaceChildren(...KEYS.flatMap(([key, text]) => {
    const name = element("dt");
    name.append(element("kbd", key));
    return [name, element("dd", text)];
  }));
  by("help").showModal();
}

export function reject(then) {
  onReject = then;
  by("note").value = "";
  by("reasons").querySelector("input").checked = true;
  by("why").showModal();
  by("reasons").querySelector("input").focus();
}

export function wireDialogs(onEnter) {
  by("reasons").replaceChildren(...REASONS.map(([slug, text], place) => {
    const label = element("label"), choice = element("input");
    Object.assign(choice, { type: "radio", name: "reason", value: slug });
    label.append(choice, element("span", text), element("kbd", `${place + 1}`));
    return label;
  }));
  const why = by("why");
  why.addEventListener("keydown", (event) => {
    if (event.target === by("note") || event.isComposing || !/^[1-9]$/.test(event.key)) return;
    const choice = by("reasons").querySelectorAll("input")[event.key - 1];
    if (choice) { choice.checked = true; choice.focus(); }
  });
  why.querySelector("form").addEventListener("submit", () => {
    onReject(why.querySelector("input:checked").value, by("note").value);
  });
  by("why-cancel").addEventListener("click", () => why.close());
  by("enter").addEventListener("cancel", (event) => event.preventDefault());
  by("enter").querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await onEnter(by("name").value, by("password").value);
      by("password").value = by("enter-wrong").textContent = "";
      by("enter").close();
    } catch (error) {
      by("enter-wrong").textContent = error.message;
    }
  });
}
