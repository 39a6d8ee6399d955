// Theme: the system's until someone chooses; the choice holds for every page of this origin.
const root = document.documentElement;
const theme = document.getElementById("theme");
const kept = { get: () => { try { return localStorage.getItem("traindoctor-theme"); } catch { return null; } }, set: (value) => { try { localStorage.setItem("traindoctor-theme", value); } catch { /* A page without storage forgets. */ } } };
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const showTheme = () => theme?.setAttribute("aria-pressed", String(isDark()));
if (kept.get() === "dark" || kept.get() === "light") { root.dataset.theme = kept.get(); }
if (theme !== null) {
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; kept.set(root.dataset.theme); });
}
showTheme();

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
