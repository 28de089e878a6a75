// The three parts of a rationale as fields, what was changed in each against the teacher's, and the gates' doubts.

import { compare, element, needles } from "./text.js";
import { doubtText } from "./words.js";

const LONGEST_SUMMARY = 100; // what the teacher is asked for; a longer one is told, not refused
const LABELS = ["實體 1", "關係", "實體 2"];
const by = (id) => document.getElementById(id);
const same = (one, other) => one.length === other.length && one.every((part, place) => part === other[place]);

export class Fields {
  constructor(onEdit, onFocus) {
    this.onEdit = onEdit;
    this.onFocus = onFocus;
    this.rows = { aspects: [], triples: [] };
    this.dropped = { aspects: [], triples: [] };
    by("add-aspect").addEventListener("click", () => this.add("aspects").focus());
    by("add-triple").addEventListener("click", () => this.add("triples").focus());
    this.wire(by("summary"));
  }

  // Show an item's content; `begun` is what to start editing from.
  load(view, begun) {
    this.doubts = view.doubts;
    this.base = lists(view.content);
    by("summary").value = begun.summary;
    for (const part of ["aspects", "triples"]) {
      by(part).replaceChildren();
      this.rows[part] = [];
      const rows = lists(begun)[part];
      const origins = aligned(this.base[part], rows);
      rows.forEach((texts, place) => this.add(part, texts, origins[place]));
      this.dropped[part] = this.base[part].filter((one) => !origins.includes(one));
    }
    for (const part of ["reply", "summary", "aspects", "triples"]) {
      const about = (doubt) => (doubt.part in this.base || doubt.part === "summary" ? doubt.part : "reply") === part;
      by(`doubts-${part}`).replaceChildren(...this.doubts.filter(about).map((one) => element("li", doubtText(one))));
    }
    this.refresh();
  }

  content() {
    const texts = (part) => this.rows[part].map((row) => row.fields.map((field) => field.value.trim()));
    return {
      summary: by("summary").value.trim(),
      aspects: texts("aspects").map(([text]) => text).filter(Boolean),
      triples: texts("triples").filter((parts) => parts.some(Boolean))
        .map(([subject, relation, object]) => ({ subject, relation, object })),
    };
  }

  changed() {
    const now = lists(this.content());
    const equal = (part) => now[part].length === this.base[part].length
      && now[part].every((texts, place) => same(texts, this.base[part][place]));
    return now.summary !== this.base.summary || !equal("aspects") || !equal("triples");
  }

  add(part, texts = part === "aspects" ? [""] : ["", "", ""], origin = null, after = null) {
    const box = element("div", "", "row");
    const line = element("div", "", "line");
    const inner = element("div", "", part === "triples" ? "triple" : "");
    const fields = texts.map((text, place) => {
      const field = element("textarea");
      field.rows = 1;
      field.value = text;
      field.spellcheck = false;
      field.setAttribute("aria-label", part === "triples" ? LABELS[place] : "核心要素");
      if (part === "triples") field.placeholder = LABELS[place];
      this.wire(field, part);
      inner.append(field);
      return field;
    });
    const remove = element("button", "×", "remove");
    remove.type = "button";
    remove.title = "刪除";
    remove.setAttribute("aria-label", `刪除：${texts.join(" ")}`);
    line.append(inner, remove);
    const change = element("p", "", "compare small");
    box.append(line, change);
    const row = { box, fields, origin, change };
    remove.addEventListener("click", () => this.drop(part, row));
    const place = after ? this.rows[part].indexOf(after) + 1 : this.rows[part].length; // "first" is found nowhere
    by(part).insertBefore(box, this.rows[part][place]?.box ?? null);
    this.rows[part].splice(place, 0, row);
    fields.forEach(grow);
    if (this.base) this.refresh();
    return fields[0];
  }

  drop(part, row) {
    const place = this.rows[part].indexOf(row);
    this.rows[part].splice(place, 1);
    if (row.origin) this.dropped[part].push(row.origin);
    row.box.remove();
    this.refresh();
    const beside = this.rows[part][Math.min(place, this.rows[part].length - 1)];
    (beside ? beside.fields[0] : by(part === "aspects" ? "add-aspect" : "add-triple")).focus();
  }

  // Put a row of the teacher's back where it stood among the others.
  putBack(part, texts) {
    const place = (row) => this.base[part].indexOf(row.origin);
    const before = this.rows[part].filter((row) => row.origin && place(row) < this.base[part].indexOf(texts));
    this.add(part, texts, texts, before.at(-1) ?? "first");
  }

  wire(field, part = "summary") {
    field.addEventListener("input", () => {
      grow(field);
      this.refresh();
      if (part !== "summary") this.onFocus(field.value);
    });
    field.addEventListener("focus", () => this.onFocus(part === "summary" ? "" : field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
      event.preventDefault(); // a part is one line; in the list of aspects Enter begins the next one
      const row = this.rows[part]?.find((one) => one.fields.includes(field));
      if (!row) return;
      const next = row.fields[row.fields.indexOf(field) + 1];
      (next ?? this.add(part, undefined, null, row)).focus();
    });
  }

  // Tell again what differs from the teacher's, and what is doubted.
  refresh() {
    const summary = by("summary").value;
    const about = (part) => this.doubts.filter((doubt) => doubt.part === part);
    const doubted = needles(about("summary"), this.base.summary), touched = summary.trim() !== this.base.summary;
    compare(by("compare-summary"), this.base.summary, summary.trim(), doubted);
    by("compare-summary").hidden = !touched && !doubted.length;
    by("summary").classList.toggle("touched", touched);
    grow(by("summary"));
    const length = Array.from(summary.trim()).length;
    by("length").textContent = `${length} 字` + (length > LONGEST_SUMMARY ? `，超過 ${LONGEST_SUMMARY} 字` : "");
    by("length").classList.toggle("wrong", length > LONGEST_SUMMARY);
    for (const part of ["aspects", "triples"]) {
      by(`${part}-count`).textContent = `${this.rows[part].length} 項`;
      for (const row of this.rows[part]) this.refreshRow(row, about(part));
      this.refreshDropped(part);
    }
    this.onEdit(this.changed());
  }

  refreshRow(row, doubts) {
    const now = row.fields.map((field) => field.value.trim());
    const touched = !row.origin || !same(row.origin, now);
    row.change.hidden = !touched || !row.origin;
    if (!row.change.hidden) compare(row.change, row.origin.join(" | "), now.join(" | "));
    for (const field of row.fields) {
      field.classList.toggle("touched", touched && Boolean(field.value.trim()));
      field.classList.toggle("doubted", !touched && named(doubts, row.origin, field.value));
    }
  }

  refreshDropped(part) {
    const note = by(`${part}-gone`);
    note.hidden = !this.dropped[part].length;
    note.replaceChildren(...this.dropped[part].map((texts) => {
      const one = element("span", "");
      const back = element("button", "放回");
      back.type = "button";
      back.addEventListener("click", () => {
        this.dropped[part] = this.dropped[part].filter((other) => other !== texts);
        this.putBack(part, texts);
      });
      one.append(element("del", texts.join(" | ")), back);
      return one;
    }));
  }
}

export function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

function lists(content) {
  return {
    summary: content.summary,
    aspects: content.aspects.map((text) => [text]),
    triples: content.triples.map((one) => [one.subject, one.relation, one.object]),
  };
}

// Whether a doubt names this field: a doubt about whole triples names the row, any other a piece of the text.
function named(doubts, row, text) {
  return doubts.some((doubt) => doubt.detail.includes(" | ")
    ? doubt.detail.includes(row.join(" | "))
    : needles([doubt], text).length > 0);
}

// The teacher's row that each row comes from: the equal one, else the next of those that are left.
function aligned(base, rows) {
  const left = [...base];
  const taken = rows.map((texts) => {
    const place = left.findIndex((one) => same(one, texts));
    return place < 0 ? null : left.splice(place, 1)[0];
  });
  return taken.map((origin) => origin ?? left.shift() ?? null);
}
