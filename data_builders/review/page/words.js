// What the page calls things. A doubt whose slug is not listed is shown by its slug.

export const VERDICTS = { accept: "接受", fix: "修改", reject: "退回" };

export const REASONS = [
  ["unfaithful", "與新聞內容不符"],
  ["bad_summary", "摘要寫得不好，改不如重做"],
  ["bad_aspects", "核心要素不對"],
  ["bad_triples", "三元組不對"],
  ["bad_language", "亂碼、簡體字或不是臺灣的用語"],
  ["bad_article", "新聞本身不適合（廣告、內容不完整）"],
  ["other", "其他"],
];

export const KEYS = [
  ["A", "接受老師的原稿"],
  ["F", "儲存修改（在輸入框裡：Ctrl＋Enter）"],
  ["R", "退回，並選理由（1 到 7）"],
  ["U", "復原自己的上一個決定"],
  ["J 或 →", "下一則（先跳過，不決定）"],
  ["K 或 ←", "上一則"],
  ["E", "編輯摘要"],
  ["Z", "把這一則還原成老師的原稿"],
  ["P", "進度與一致率"],
  ["Esc", "離開輸入框、關閉視窗"],
  ["?", "這份說明"],
];

export const PARTS = { reply: "整份回覆", summary: "摘要", aspects: "核心要素", triples: "三元組" };

const DOUBTS = {
  no_summary: "沒有摘要",
  too_short: "摘要太短",
  over_length: "摘要太長",
  long_summary: "摘要偏長",
  unfinished: "句子沒有寫完",
  other_script: "夾雜其他文字",
  repetition: "重複的話",
  junk_ending: "夾帶雜訊",
  not_traditional: "不是繁體中文",
  some_simplified: "有簡體字",
  copied: "整段照抄新聞",
  partly_copied: "有一大段照抄新聞",
  not_grounded: "內容不在新聞裡",
  loosely_grounded: "內容與新聞不太吻合",
  number_not_held: "新聞裡沒有的數字",
  number_unsure: "不確定新聞裡有沒有的數字",
  name_not_held: "新聞裡沒有的名字",
  quote_not_held: "新聞裡沒有的引述",
  no_aspects: "沒有核心要素",
  many_aspects: "核心要素太多",
  long_aspect: "太長的核心要素",
  aspects_not_held: "新聞裡大多沒有的核心要素",
  aspect_not_held: "新聞裡沒有的核心要素",
  aspect_number_not_held: "新聞裡沒有的數字",
  no_triples: "沒有三元組",
  many_triples: "三元組太多",
  not_three_part: "不是三個部分",
  triples_not_held: "新聞裡大多沒有的三元組",
  triple_not_held: "新聞裡沒有的三元組",
  triple_number_not_held: "新聞裡沒有的數字",
  said_twice: "說了兩次",
  repeated_items: "重複的項目",
  unfinished_items: "沒寫完的項目",
  note_left_out: "附註已略去",
  tail_left_out: "結尾的雜訊已略去",
  paragraphs: "分成好幾段",
  contradictory: "前後說法不一",
  empty: "回覆是空的",
  truncated: "回覆不完整",
  refused: "老師拒絕回答",
  length: "回覆太長被截斷",
  content_filter: "被內容過濾擋下",
  server_error: "伺服器錯誤",
  rate_limited: "伺服器太忙",
};

export function doubtText(doubt) {
  const name = DOUBTS[doubt.reason] ?? doubt.reason;
  return doubt.detail ? `${name}：${doubt.detail}` : name;
}
