// What the page says, where it is said in more than one place, and how it writes names and times.

const PAPERS = {
  udn: "聯合新聞網", cna: "中央社", ltn: "自由時報", ettoday: "ETtoday", pts: "公視", chinatimes: "中時",
  newtalk: "新頭殼", nownews: "NOWnews", setn: "三立", storm: "風傳媒", tvbs: "TVBS", generic: "其他網站",
};
const KINDS = { names: "名稱", numbers: "數字", dates: "日期或時間", negation: "否定" };

export const paper = (name) => PAPERS[name] ?? name.replace(/\.example$/, "");
export const kind = (name) => KINDS[name] ?? "用詞";

export const TAIPEI = "Asia/Taipei";

// News of Taiwan are told in Taiwan's time, what the reader did in his own.
export function time(text, timeZone) {
  const moment = new Date(text);
  if (!text || Number.isNaN(moment.getTime())) return "";
  const year = moment.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return moment.toLocaleString("zh-TW", { year, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
}

export function writer(who) {
  if (who.kind === "extractive") return "目前沒有接上模型：摘要由內附的摘錄器產生，句子都摘自原文。";
  if (who.kind === "gguf") return `摘要由這部機器上的模型 ${who.name} 產生，可能有誤，請對照原文。`;
  return `摘要由模型 ${who.name} 產生，可能有誤，請對照原文。`;
}

export const ORIGINS = {
  sample: "連不上新聞網站。以下是內附的範例新聞，內容是虛構的。",
  offline: "離線模式，不讀網路。以下是內附的範例新聞，內容是虛構的。",
  offlineKept: "離線模式，不讀網路。以下是先前找到的新聞。",
  kept: "連不上新聞網站。以下是先前找到的新聞。",
  list: "連不上伺服器。以下是上次找到的新聞；看過的可以在「紀錄」裡讀。",
};
