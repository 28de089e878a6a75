// The keyboard: letters act only while no field and no dialog has the focus, and never while a word is being composed.

export function listen(actions, save) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.repeat) return; // a key held down decides once
    const typing = event.target.closest?.("textarea, input");
    const dialog = document.querySelector("dialog[open]");
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter" && !dialog) { event.preventDefault(); save(); }
      return;
    }
    if (dialog) return;
    if (typing) {
      if (event.key === "Escape") typing.blur();
      return;
    }
    const action = actions[name(event)];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

// The key's letter; an input method in Chinese mode says "Process" or a Zhuyin sign, then the key's place tells.
function name(event) {
  if (/^[a-z?]$/i.test(event.key)) return event.key.toLowerCase();
  if (event.key.startsWith("Arrow")) return event.key;
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}
