// Light or dark before anything is painted: what the reader chose, else what the phone says.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  window.paintTheme = () => {
    let chosen = "";
    try { chosen = localStorage.getItem("theme") || ""; } catch { /* storage may be closed to us */ }
    const theme = chosen || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", theme === "dark" ? "#1b2320" : "#ffffff");
    return theme;
  };
  dark.addEventListener("change", () => window.paintTheme());
  window.paintTheme();
})();
