"use strict";
(() => {
  const root = document.documentElement;

  // Theme: the system's until someone chooses; the choice holds for all pages of this browser, and at once.
  const key = "traindoctor-theme";
  const theme = document.getElementById("theme");
  const words = { dark: theme.textContent, light: theme.dataset.light };
  const chosen = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const showTheme = (name) => {
    if (name === "dark" || name === "light") { root.dataset.theme = name; }
    theme.textContent = isDark() ? words.light : words.dark;
  };
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    try { localStorage.setItem(key, next); } catch { /* A browser that keeps nothing still changes this page. */ }
    showTheme(next);
  });
  addEventListener("storage", (event) => { if (event.key === key) { showTheme(event.newValue); } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => showTheme());
  showTheme(chosen());

  // Within another page that one has the bar.
  if (self !== top) { root.classList.add("framed"); }

  // Copy buttons.
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const button of document.querySelectorAll("button.copy")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        select(code);
        document.execCommand("copy");
      }
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }
})();
