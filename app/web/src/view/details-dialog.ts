// About a conversation: who is in it, and, in a group, its name, its members and the way out.
import type { Acts } from "../acts";
import type { Details, Directory, Muted } from "../directory";
import type { Id } from "../protocol";
import { explain } from "../refusal";
import { type Dialog, openDialog } from "./dialog";
import { h, nameText } from "./dom";
import { attempt, lookUp } from "./start-dialog";
import { avatar, busy, confirmed, Field } from "./parts";

export interface DetailsPort {
  readonly directory: Directory;
  readonly acts: Acts;
  readonly me: Id;
  readonly conversation: Id;
  left(): void;
}

export function openDetailsDialog(port: DetailsPort): void {
  const body = h("div", { class: "details", tabindex: -1, "aria-busy": "true" }, h("p", { class: "hint" }, "Loading"));
  openDialog("Details", (dialog) => {
    void new DetailsView(port, body, dialog).load();
    return [body];
  });
}

class DetailsView {
  readonly #port: DetailsPort;
  readonly #body: HTMLElement;
  readonly #dialog: Dialog;

  constructor(port: DetailsPort, body: HTMLElement, dialog: Dialog) {
    this.#port = port;
    this.#body = body;
    this.#dialog = dialog;
  }

  /** Shows how things are now; the focus goes to the input of that name, or to the whole. */
  async load(focus = ""): Promise<void> {
    try {
      const details = await this.#port.directory.details(this.#port.conversation);
      if (details !== undefined) {
        this.#show(details);
      }
    } catch (fault) {
      this.#body.replaceChildren(h("p", { class: "problem" }, explain(fault)));
    }
    this.#body.removeAttribute("aria-busy");
    if (!this.#body.contains(document.activeElement)) {
      (this.#body.querySelector<HTMLElement>(`[name="${focus}"]`) ?? this.#body).focus();
    }
  }

  #show(details: Details): void {
    const { summary } = details;
    const leads = summary.kind === "group" && summary.role !== "member";
    const parts: HTMLElement[] = [];
    if (leads) {
      parts.push(this.#renameForm(summary.title), this.#addForm());
    }
    parts.push(h("h3", {}, "Members"), this.#members(details, leads));
    if (summary.kind === "group") {
      parts.push(this.#leave());
    } else if (summary.with !== undefined) {
      parts.push(this.#blocking(summary.with));
    }
    // What is being written, and where, stays as it is, whatever was done meanwhile.
    const before = this.#inputs();
    const written = new Map(before.map((input) => [input.name, input.value]));
    const at = before.find((input) => input === document.activeElement)?.name;
    this.#body.replaceChildren(...parts);
    for (const input of this.#inputs()) {
      input.value = written.get(input.name) || input.value;
      if (input.name === at) {
        input.focus();
      }
    }
  }

  #inputs(): HTMLInputElement[] {
    return [...this.#body.querySelectorAll<HTMLInputElement>("input[name]")];
  }

  #renameForm(title: string): HTMLElement {
    const field = new Field("Name of the group", { name: "rename", maxlength: 64, autocomplete: "off", value: title });
    return form(field, "Rename", () =>
      attempt(field, async () => {
        const wanted = field.value.trim();
        if (wanted !== "" && wanted !== title) {
          await this.#port.directory.rename(this.#port.conversation, wanted);
          await this.load("rename");
        }
      }),
    );
  }

  #addForm(): HTMLElement {
    const attributes = { name: "add", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 33 };
    const field = new Field("Add somebody by handle", attributes);
    return form(field, "Add", async () => {
      const found = await lookUp(this.#port, field);
      if (found !== undefined) {
        await attempt(field, async () => {
          await this.#port.directory.add(this.#port.conversation, found.id);
          field.input.value = "";
          await this.load("add");
        });
      }
    });
  }

  #members(details: Details, leads: boolean): HTMLElement {
    const rows = h("ul", { class: "members" }, ...details.members.map((member) => this.#member(member, leads)));
    const more = h("button", { type: "button", class: "link" }, "Show more");
    let after = details.next;
    more.hidden = after === "";
    more.addEventListener("click", () => {
      void busy(more, async () => {
        const page = await this.#port.directory.members(this.#port.conversation, after);
        rows.append(...page.members.map((member) => this.#member(member, leads)));
        after = page.next;
        more.hidden = after === "";
      }).catch(() => undefined);
    });
    return h("div", {}, rows, more);
  }

  #member(member: Muted, leads: boolean): HTMLElement {
    const own = member.id === this.#port.me;
    const name = h("span", { class: "member-name" }, nameText(member.displayName), own && " (you)");
    const names = h("span", { class: "member-names" }, name, h("span", { class: "member-handle" }, member.handle === "" ? "" : `@${member.handle}`));
    const role = member.role === "member" ? undefined : h("span", { class: "role" }, member.role);
    const remove = h("button", { type: "button", class: "link bad" }, "Remove");
    remove.setAttribute("aria-label", `Remove ${member.displayName}`);
    remove.addEventListener("click", () => void this.#remove(remove, member.id));
    const removable = leads && !own && member.role !== "owner";
    const mute = h("button", { type: "button", class: "link" });
    this.#mute(mute, member);
    const tools = removable ? [mute, remove] : [];
    return h("li", { class: "member" }, avatar(member.id, member.displayName), names, role, ...tools);
  }

  async #remove(button: HTMLButtonElement, account: Id): Promise<void> {
    await confirmed(button, "Really remove?", async () => {
      await this.#port.directory.remove(this.#port.conversation, account);
      await this.load();
    });
  }

  #mute(button: HTMLButtonElement, member: Muted): void {
    const { acts, conversation } = this.#port;
    const unmutes = member.mutedUntil > Date.now();
    button.textContent = unmutes ? "Unmute" : "Mute for a day";
    button.setAttribute("aria-label", `${button.textContent}: ${member.displayName}`);
    button.addEventListener("click", () => {
      const work = unmutes ? acts.unmute(conversation, member.id) : acts.mute(conversation, member.id);
      void busy(button, () => work.then(() => this.load())).catch((fault: unknown) => (button.textContent = explain(fault)));
    });
  }

  #blocking(other: Id): HTMLElement {
    const button = h("button", { type: "button", class: "button bad" }, "Block");
    const show = async (): Promise<void> => {
      const blocked = (await this.#port.acts.blocked()).some((account) => account.id === other);
      button.textContent = blocked ? "Unblock" : "Block";
      button.onclick = () => {
        const work = blocked ? this.#port.acts.unblock(other) : this.#port.acts.block(other);
        void busy(button, () => work.then(show)).catch((fault: unknown) => (button.textContent = explain(fault)));
      };
    };
    void busy(button, show).catch((fault: unknown) => (button.textContent = explain(fault)));
    return h("div", { class: "actions start" }, button);
  }

  #leave(): HTMLElement {
    const button = h("button", { type: "button", class: "button bad" }, "Leave the group");
    button.addEventListener("click", () => {
      void confirmed(button, "Really leave?", async () => {
        await this.#port.directory.leave(this.#port.conversation);
        this.#dialog.close();
        this.#port.left();
      });
    });
    return h("div", { class: "actions start" }, button);
  }
}

function form(field: Field, label: string, work: () => Promise<void>): HTMLElement {
  const button = h("button", { type: "submit", class: "button" }, label);
  const submit = (event: Event): void => {
    event.preventDefault();
    void busy(button, work);
  };
  return h("form", { class: "inline-form", novalidate: true, submit }, field.element, button);
}
