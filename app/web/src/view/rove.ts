// One tab stop for many buttons: the arrow keys, Home and End move between them.

const all = (root: HTMLElement, selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];

/** The focused one is the tab stop, else the last one. */
export function settleTabStop(root: HTMLElement, selector: string): void {
  const buttons = all(root, selector);
  const stop = buttons.find((button) => button === document.activeElement) ?? buttons.at(-1);
  buttons.forEach((button) => (button.tabIndex = button === stop ? 0 : -1));
}

export function roveThrough(root: HTMLElement, selector: string, event: KeyboardEvent): void {
  const buttons = all(root, selector);
  const at = buttons.findIndex((button) => button === event.target);
  const last = buttons.length - 1;
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last };
  const next = steps[event.key];
  if (at < 0 || next === undefined) {
    return;
  }
  event.preventDefault();
  buttons[Math.min(Math.max(next, 0), last)]?.focus();
  settleTabStop(root, selector);
}
