// The head of the open conversation: who it is with, whether they are there, and the way to the details.
import type { Conversation } from "../conversation";
import type { State } from "../store";
import { h, setText } from "./dom";
import { subtitleOf, titleOf } from "./list";
import { Avatar, iconButton } from "./parts";

export class ThreadHead {
  readonly element: HTMLElement;
  readonly #avatar = new Avatar();
  readonly #title = h("h2", { class: "thread-title", tabindex: -1 });
  readonly #subtitle = h("p", { class: "thread-subtitle" });

  constructor(goBack: () => void, details: () => void) {
    const back = iconButton("back", "Back to the conversations", goBack);
    back.classList.add("back");
    const names = h("div", { class: "thread-names" }, this.#title, this.#subtitle);
    const about = iconButton("details", "Details", details);
    this.element = h("header", { class: "thread-head" }, back, this.#avatar.element, names, about);
  }

  show(conversation: Conversation, state: State): void {
    const { summary } = conversation;
    const title = titleOf(conversation, state);
    setText(this.#title, title);
    setText(this.#subtitle, subtitleOf(conversation, state));
    this.#avatar.show(summary.with ?? summary.id, title);
    const there = summary.with !== undefined && state.online.get(summary.with) === true;
    this.#avatar.element.classList.toggle("there", there);
  }

  focus(): void {
    this.#title.focus();
  }
}
