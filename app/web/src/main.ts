// The page starts here: signed in by an earlier visit, or at the door.
import { Auth, SignedOut } from "./auth";
import { Chat } from "./chat";
import { Store } from "./store";
import { h } from "./view/dom";
import { mark } from "./view/icons";
import { Shell } from "./view/shell";
import { Welcome } from "./view/welcome";

const RETRY_MILLIS = 3_000;

class Page {
  readonly #root: HTMLElement;
  readonly #auth = new Auth();
  readonly #welcome = new Welcome(this.#auth, () => this.#enter());
  #leave: () => void = () => undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  async start(): Promise<void> {
    const words = h("p", { role: "status" });
    this.#root.replaceChildren(h("main", { class: "splash" }, mark(), words));
    for (;;) {
      try {
        await this.#auth.resume();
        await this.#enter();
        return;
      } catch (fault) {
        if (fault instanceof SignedOut) {
          this.#door("");
          return;
        }
        words.textContent = "The server cannot be reached. Trying again.";
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      }
    }
  }

  async #enter(): Promise<void> {
    const me = await this.#auth.me();
    const store = new Store(soon);
    const chat = new Chat(store, this.#auth, {
      signedOut: () => this.#out("You have been signed out."),
      left: (title) => shell.tell(title === "" ? "You are no longer in a conversation." : `You are no longer in “${title}”.`),
    });
    chat.start(me);
    const shell = new Shell(store, chat, () => void this.#signOut());
    this.#leave = (): void => {
      chat.close();
      shell.close();
    };
    this.#root.replaceChildren(shell.element);
    store.listen((state) => shell.render(state));
    shell.render(store.state);
  }

  async #signOut(): Promise<void> {
    this.#out("");
    // Without an answer the tokens end by themselves; this page has forgotten them.
    await this.#auth.signOut().catch(() => undefined);
  }

  #out(notice: string): void {
    this.#leave();
    this.#leave = () => undefined;
    if (notice !== "") {
      this.#auth.forget();
    }
    history.replaceState(null, "", location.pathname);
    this.#door(notice);
  }

  #door(notice: string): void {
    this.#root.replaceChildren(this.#welcome.element);
    this.#welcome.enter(notice);
  }
}

/** Changes are drawn once per frame; a page that nobody sees has no frames. */
function soon(work: () => void): void {
  if (document.visibilityState === "visible") {
    requestAnimationFrame(work);
  } else {
    setTimeout(work, 100);
  }
}

const root = document.getElementById("app");
if (root !== null) {
  void new Page(root).start();
}
