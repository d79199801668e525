// Runs before the page is drawn: the theme that was chosen by hand, or else the one of the system, is in force
// from the first pixel on.
const dark = matchMedia("(prefers-color-scheme: dark)");

function chosenTheme(): string | null {
  try {
    return localStorage.getItem("parley.theme");
  } catch {
    // A browser that keeps nothing for us shows the theme of the system.
    return null;
  }
}

function apply(): void {
  const chosen = chosenTheme();
  const own = chosen === "dark" || chosen === "light";
  document.documentElement.dataset["theme"] = own ? chosen : dark.matches ? "dark" : "light";
}

dark.addEventListener("change", apply);
apply();
