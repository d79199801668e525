// Light or dark: the system's choice (see theme.ts) until somebody makes their own.
import { keep } from "../auth";
import { h } from "./dom";
import { icon } from "./icons";

const KEY = "parley.theme";

const isDark = (): boolean => document.documentElement.dataset["theme"] === "dark";

export function themeSwitch(): HTMLButtonElement {
  const button = h("button", { type: "button", class: "icon-button" });
  const show = (): void => {
    const label = isDark() ? "Use the light theme" : "Use the dark theme";
    button.setAttribute("aria-label", label);
    button.title = label;
    button.replaceChildren(icon(isDark() ? "sun" : "moon"));
  };
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset["theme"] = theme;
    keep(KEY, theme);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
  return button;
}
