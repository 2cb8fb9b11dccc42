// Light or dark, for the SPA and the servers' pages: the system decides until somebody presses a [data-theme-switch].
// The choice is kept per origin. Runs in the head, before the first paint; a browser that refuses storage forgets it.
{
  const root = document.documentElement;
  const key = "theme";

  const remembered = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const remember = (theme) => {
    try {
      localStorage.setItem(key, theme);
    } catch {
      // Good for this page only.
    }
  };
  const shown = () => root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  const theme = remembered();
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  // On the document, because the SPA draws its switch later than this runs.
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest("[data-theme-switch]"))) return;
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
  });
}
