// Runs before the page is drawn: a theme that was chosen by hand is in force from the first pixel on.
try {
  const chosen = localStorage.getItem("parley.theme");
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset["theme"] = chosen;
  }
} catch {
  // A browser that keeps nothing for us shows the theme of the system.
}
