// Signing in and signing up.
import { Problem } from "../api";
import type { Auth } from "../auth";
import { h } from "./dom";
import { mark } from "./icons";
import { busy, cleanHandle, Field } from "./parts";

type Mode = "in" | "up";

const RULES: Record<string, string> = {
  handle: "3 to 32 characters: small letters, digits, dots and underscores.",
  displayName: "1 to 64 characters.",
  password: "At least 8 characters.",
};

export class Welcome {
  readonly element: HTMLElement;
  readonly #auth: Auth;
  readonly #done: () => Promise<void>;
  readonly #heading = h("h1", {});
  readonly #notice = h("p", { class: "notice", role: "status" });
  readonly #handle = new Field(
    "Handle",
    { name: "handle", autocomplete: "username", autocapitalize: "none", spellcheck: "false", maxlength: 33, required: true },
    "",
  );
  readonly #displayName = new Field("Display name", { name: "displayName", autocomplete: "name", maxlength: 64 });
  readonly #password = new Field("Password", { name: "password", type: "password", maxlength: 256, required: true });
  readonly #submit = h("button", { type: "submit", class: "button primary wide" });
  readonly #question = h("span", {});
  readonly #switch = h("button", { type: "button", class: "link", click: () => this.#turn() });
  #mode: Mode = "in";

  constructor(auth: Auth, done: () => Promise<void>) {
    this.#auth = auth;
    this.#done = done;
    const fieldset = [this.#handle.element, this.#displayName.element, this.#password.element];
    const form = h(
      "form",
      {
        novalidate: true,
        submit: (event) => {
          event.preventDefault();
          void busy(this.#submit, () => this.#send());
        },
      },
      ...fieldset,
      this.#notice,
      this.#submit,
    );
    const card = h("div", { class: "card" }, this.#heading, form);
    const swap = h("p", { class: "swap" }, this.#question, " ", this.#switch);
    this.element = h("main", { class: "welcome" }, h("div", { class: "brand" }, mark(), h("span", {}, "Parley")), card, swap);
    this.#show();
  }

  /** Shows the form for signing in, with a sentence about why. */
  enter(notice: string): void {
    this.#mode = "in";
    this.#show();
    this.#complain("");
    this.#notice.textContent = notice;
    this.#notice.classList.remove("bad");
    this.#password.input.value = "";
    this.#handle.input.focus();
  }

  #turn(): void {
    this.#mode = this.#mode === "in" ? "up" : "in";
    this.#show();
    this.#complain("");
    this.#handle.input.focus();
  }

  #show(): void {
    const up = this.#mode === "up";
    this.#heading.textContent = up ? "Create your account" : "Sign in";
    this.#submit.textContent = up ? "Create account" : "Sign in";
    this.#question.textContent = up ? "You have an account already?" : "New here?";
    this.#switch.textContent = up ? "Sign in" : "Create an account";
    this.#displayName.element.hidden = !up;
    this.#password.input.autocomplete = up ? "new-password" : "current-password";
  }

  async #send(): Promise<void> {
    this.#complain("");
    if (!this.#valid()) {
      return;
    }
    const handle = cleanHandle(this.#handle.value);
    try {
      if (this.#mode === "up") {
        const name = this.#displayName.value.trim() || handle;
        await this.#auth.signUp(handle, name, this.#password.value);
      } else {
        await this.#auth.signIn(handle, this.#password.value);
      }
      this.#password.input.value = "";
      await this.#done();
    } catch (fault) {
      this.#explain(fault);
    }
  }

  #valid(): boolean {
    const handle = /^[a-z0-9_.]{3,32}$/.test(cleanHandle(this.#handle.value));
    const long = new TextEncoder().encode(this.#password.value).length;
    const password = this.#mode === "in" ? long > 0 : long >= 8 && long <= 256;
    this.#handle.complain(handle ? "" : (RULES["handle"] ?? ""));
    this.#password.complain(password ? "" : this.#mode === "in" ? "Type your password." : (RULES["password"] ?? ""));
    if (!handle || !password) {
      (handle ? this.#password : this.#handle).input.focus();
    }
    return handle && password;
  }

  #explain(fault: unknown): void {
    if (!(fault instanceof Problem)) {
      this.#complain("Something went wrong. Please try again.");
      return;
    }
    const fields: Record<string, Field> = {
      handle: this.#handle,
      displayName: this.#displayName,
      password: this.#password,
    };
    for (const { field } of fault.invalid) {
      fields[field]?.complain(RULES[field] ?? "This is not accepted.");
    }
    if (fault.status === 409) {
      this.#handle.complain("Somebody has this handle already. Choose another one.");
      this.#handle.input.focus();
    } else if (fault.invalid.length === 0) {
      this.#complain(sentence(fault));
    }
  }

  #complain(text: string): void {
    this.#notice.textContent = text;
    this.#notice.classList.toggle("bad", text !== "");
    [this.#handle, this.#displayName, this.#password].forEach((field) => field.complain(""));
  }
}

function sentence(fault: Problem): string {
  switch (fault.status) {
    case 0:
      return "The server cannot be reached. Please try again.";
    case 401:
      return "Handle or password is not right.";
    case 403:
      return "This server does not let you in: sign-up is closed, or the account is suspended.";
    case 429: {
      const seconds = fault.retryAfterSeconds;
      return `Too many attempts. Please wait ${seconds > 0 ? `${seconds} seconds` : "a while"} and try again.`;
    }
    default:
      return "The server could not do this now. Please try again.";
  }
}
