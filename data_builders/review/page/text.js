// Text as text: every string becomes a text node, never markup; signs that nobody can see are named where they stand.

const HIDDEN = /[\p{Cf}\p{Cc}\p{Co}]/u;
const LARGEST = 4_000_000; // cells of the table; what is larger is shown as one deletion and one insertion

export function element(tag, text = "", name = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) put(made, text);
  return made;
}

// Append a text to a node; hidden signs (marks that turn the direction of writing …) become small labels.
export function put(node, text) {
  for (const part of text.split(/([\p{Cf}\p{Cc}\p{Co}])/u)) {
    if (!part) continue;
    if (HIDDEN.test(part) && part !== "\n" && part !== "\t") {
      const label = document.createElement("span");
      label.className = "hidden-sign";
      label.title = "看不見的控制字元";
      label.textContent = "U+" + part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      node.append(label);
    } else {
      node.append(document.createTextNode(part));
    }
  }
}

// Append a text with every needle marked; longer needles first.
export function putMarked(node, text, needles) {
  const found = [...needles].filter((one) => one && text.includes(one)).sort((a, b) => b.length - a.length);
  if (!found.length) return put(node, text);
  const pattern = new RegExp(`(${found.map(expression).join("|")})`, "u");
  for (const [place, part] of text.split(pattern).entries()) {
    if (!part) continue;
    if (place % 2) node.append(element("mark", part));
    else put(node, part);
  }
}

// A needle as an expression; a number is found as a whole one only: 1 not in 14.
function expression(needle) {
  const literal = needle.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return (/^\d/.test(needle) ? "(?<![\\d.,])" : "") + literal + (/\d$/.test(needle) ? "(?![.,]?\\d)" : "");
}

// What a doubt names that stands in the text: its whole detail, or the pieces of it.
export function needles(doubts, text) {
  const found = new Set();
  for (const doubt of doubts) {
    const pieces = [doubt.detail, ...doubt.detail.split(/[\s、;；|[\]「」『』"'：:，]+|,\s+/u)];
    for (const piece of pieces.map((one) => one.trim())) {
      if ((piece.length > 1 || /\d/u.test(piece)) && new RegExp(expression(piece), "u").test(text)) found.add(piece);
    }
  }
  return [...found];
}

// The difference of two texts by characters: [["same" | "gone" | "new", text], …], by their longest common subsequence.
export function difference(before, after) {
  const a = Array.from(before), b = Array.from(after);
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = walk(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const parts = [["same", a.slice(0, start).join("")], ...middle, ["same", a.slice(a.length - end).join("")]];
  return parts.filter(([, text]) => text);
}

function walk(a, b) {
  if (a.length * b.length > LARGEST) return [["gone", a.join("")], ["new", b.join("")]];
  const wide = b.length + 1;
  const best = new Uint16Array((a.length + 1) * wide);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const here = i * wide + j;
      best[here] = a[i] === b[j] ? best[here + wide + 1] + 1 : Math.max(best[here + wide], best[here + 1]);
    }
  }
  const parts = [];
  const add = (kind, sign) => {
    if (parts.length && parts.at(-1)[0] === kind) parts.at(-1)[1] += sign;
    else parts.push([kind, sign]);
  };
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) add("same", a[i++]), j++;
    else if (i < a.length && (j === b.length || best[(i + 1) * wide + j] >= best[i * wide + j + 1])) add("gone", a[i++]);
    else add("new", b[j++]);
  }
  return parts;
}

// Show in `node` how `after` differs from `before`, with what the doubts name marked.
export function compare(node, before, after, marked = []) {
  node.replaceChildren();
  for (const [kind, text] of difference(before, after)) {
    const part = kind === "same" ? node : element(kind === "gone" ? "del" : "ins");
    if (kind === "new") put(part, text);
    else putMarked(part, text, marked);
    if (part !== node) node.append(part);
  }
}
