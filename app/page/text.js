// Text as text: every string becomes a text node, never markup. Places are counted in code points.

export const byId = (id) => document.getElementById(id);

export function element(tag, text = "", name = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

// A link out, when the address is one of the web's; else nothing.
export function link(url, text) {
  let parts;
  try { parts = new URL(url); } catch { return ""; }
  if (parts.protocol !== "https:" && parts.protocol !== "http:") return "";
  const made = element("a", text);
  made.href = parts.href;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

// Append the stretch of `signs` between two places, those of `spans` that lie in it made by `make(span, text)`.
function laid(node, signs, start, end, spans, make) {
  let place = start;
  for (const span of spans) {
    if (span.end <= start || span.start >= end) continue;
    const from = Math.max(span.start, start), to = Math.min(span.end, end);
    node.append(signs.slice(place, from).join(""), make(span, signs.slice(from, to).join("")));
    place = to;
  }
  node.append(signs.slice(place, end).join(""));
}

// The summary: its sentences can be tapped, what the article does not hold is marked.
export function summary(node, told, kindOf, tapped) {
  const signs = Array.from(told.summary);
  node.replaceChildren();
  let place = 0;
  const mark = (span, text) => {
    const made = element("mark", text, "doubt");
    made.title = `原文找不到這個${kindOf(span.kind)}`;
    return made;
  };
  told.grounds.forEach((ground, number) => {
    laid(node, signs, place, ground.start, told.marks, mark);
    const made = element("span", "", ground.places.length ? "said" : "groundless");
    laid(made, signs, ground.start, ground.end, told.marks, mark);
    if (ground.places.length) {
      made.tabIndex = 0;
      made.setAttribute("role", "button");
      made.setAttribute("aria-pressed", "false");
      made.addEventListener("click", () => tapped(number));
      made.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); tapped(number); }
      });
    } else {
      made.title = "原文沒有相近的句子";
    }
    node.append(made);
    place = ground.end;
  });
  laid(node, signs, place, signs.length, told.marks, mark);
}

// The article in paragraphs; the sentences that a summary rests on are marked.
export function original(node, text, grounds) {
  const places = new Map();
  grounds.forEach((ground, number) => ground.places.forEach(({ start, end }) => {
    if (!places.has(start)) places.set(start, { start, end, grounds: [] });
    places.get(start).grounds.push(number);
  }));
  const spans = [...places.values()].sort((a, b) => a.start - b.start);
  const signs = Array.from(text);
  node.replaceChildren();
  let start = 0;
  for (const line of text.split("\n")) {
    const end = start + Array.from(line).length;
    if (line.trim()) {
      const made = element("p");
      laid(made, signs, start, end, spans, (span, held) => {
        const mark = element("mark", held);
        mark.dataset.grounds = ` ${span.grounds.join(" ")} `;
        return mark;
      });
      node.append(made);
    }
    start = end + 1;
  }
}
