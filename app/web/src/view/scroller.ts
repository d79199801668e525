// Keeps a scrolled place still while its content changes: at the end it follows what is added, elsewhere the
// first row in sight stays where it is.

const END_PIXELS = 48;
/** How near to the top the older page is asked for. */
const TOP_PIXELS = 800;

export class Scroller {
  readonly #box: HTMLElement;
  readonly #rows: HTMLElement;
  #following = true;

  constructor(box: HTMLElement, rows: HTMLElement, moved: () => void) {
    this.#box = box;
    this.#rows = rows;
    box.addEventListener(
      "scroll",
      () => {
        this.#following = this.#distance() <= END_PIXELS;
        moved();
      },
      { passive: true },
    );
    // The box changes its height with the window and with what is being written.
    new ResizeObserver(() => this.#following && this.toEnd()).observe(box);
  }

  get atEnd(): boolean {
    return this.#distance() <= END_PIXELS;
  }

  get nearTop(): boolean {
    return this.#box.scrollTop < TOP_PIXELS;
  }

  keep(change: () => void): void {
    if (this.#following) {
      change();
      this.toEnd();
      return;
    }
    const anchor = this.#firstInSight();
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor?.isConnected === true) {
      this.#box.scrollTop += anchor.getBoundingClientRect().top - before;
    }
  }

  toEnd(): void {
    this.#following = true;
    this.#box.scrollTop = this.#box.scrollHeight;
  }

  /** Puts an element near the top of what is seen. */
  toElement(element: HTMLElement): void {
    const top = element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    this.#box.scrollTop += top - 24;
    this.#following = this.atEnd;
  }

  /** Shows an element and draws the eye to it for a moment. */
  point(element: HTMLElement): void {
    this.toElement(element);
    element.classList.remove("found");
    requestAnimationFrame(() => element.classList.add("found"));
  }

  #distance(): number {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight;
  }

  /** By halves, since rows stand in order. */
  #firstInSight(): Element | undefined {
    const top = this.#box.getBoundingClientRect().top;
    const rows = this.#rows.children;
    let [low, high] = [0, rows.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return rows[low];
  }
}
