// Theme: the system's until someone chooses; the choice holds for every page of this origin, and at once.
const root = document.documentElement;
const theme = document.getElementById("theme");
const themeKey = "traindoctor-theme";
const kept = { get: () => { try { return localStorage.getItem(themeKey); } catch { return null; } }, set: (value) => { try { localStorage.setItem(themeKey, value); } catch { /* A page without storage forgets. */ } } };
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const themeWords = { dark: theme?.textContent, light: theme?.dataset.light };
const showTheme = (name) => {
  if (name === "dark" || name === "light") { root.dataset.theme = name; }
  if (theme !== null) { theme.textContent = isDark() ? themeWords.light : themeWords.dark; }
};
if (theme !== null) {
  theme.hidden = false;
  theme.addEventListener("click", () => { const next = isDark() ? "light" : "dark"; kept.set(next); showTheme(next); });
}
addEventListener("storage", (event) => { if (event.key === themeKey) { showTheme(event.newValue); } });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => showTheme());
showTheme(kept.get());

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
