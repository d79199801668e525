// Tells how we stand with the server, when there is something to tell.
import type { Link, State } from "../store";
import { h, setText } from "./dom";

/** A connection that comes back at once is not worth a word. */
const QUIET_MILLIS = 900;
const BACK_MILLIS = 2_500;

const WORDS: Record<Link, string> = {
  connecting: "Connecting to the server again",
  offline: "You are offline. Messages are sent when you are back.",
  online: "Back online",
  stopped: "",
};

export class Banner {
  readonly element: HTMLElement;
  readonly #words = h("span", {});
  readonly #again: HTMLButtonElement;
  #link: Link | undefined;
  #timer = 0;
  #connectedOnce = false;

  constructor(again: () => void) {
    this.#again = h("button", { type: "button", class: "link", click: again }, "Connect again");
    this.element = h("div", { class: "banner", role: "status", "data-link": "none" }, this.#words, this.#again);
    this.#hide();
  }

  render(state: State): void {
    if (state.link === this.#link) {
      return;
    }
    this.#link = state.link;
    window.clearTimeout(this.#timer);
    const words = state.link === "stopped" ? state.reason : this.#wordsFor(state.link);
    const visible = this.element.dataset["link"] !== "none";
    if (state.link === "online") {
      this.#connectedOnce = true;
      if (visible) {
        this.#show("online", words);
      }
      this.#timer = window.setTimeout(() => this.#hide(), BACK_MILLIS);
    } else {
      const delay = state.link === "connecting" && !visible ? QUIET_MILLIS : 0;
      this.#timer = window.setTimeout(() => this.#show(state.link, words), delay);
    }
  }

  #wordsFor(link: Link): string {
    return link === "connecting" && !this.#connectedOnce ? "Connecting to the server" : WORDS[link];
  }

  #show(link: Link, words: string): void {
    this.element.dataset["link"] = link;
    setText(this.#words, words);
    this.#again.hidden = link !== "stopped";
  }

  #hide(): void {
    this.element.dataset["link"] = "none";
    setText(this.#words, "");
    this.#again.hidden = true;
  }
}
