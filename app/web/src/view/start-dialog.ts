// Starts a conversation: with one person by handle, or a group.
import { newId } from "../outgoing";
import type { Directory } from "../directory";
import type { Account, Id } from "../protocol";
import { explain, Refusal } from "../refusal";
import { type Dialog, openDialog } from "./dialog";
import { h, nameText } from "./dom";
import { avatar, busy, cleanHandle, Field, iconButton } from "./parts";

const HANDLE = { autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 33 };

export interface StartPort {
  readonly directory: Directory;
  readonly me: Id;
  opened(conversation: Id): void;
}

export function openStartDialog(port: StartPort): void {
  openDialog("New conversation", (dialog) => {
    const person = personForm(port, dialog);
    const group = new GroupForm(port, dialog);
    const tabs = segmented("Kind of conversation", [
      ["One person", person.form],
      ["Group", group.element],
    ]);
    queueMicrotask(() => person.focus());
    return [tabs, person.form, group.element];
  });
}

/** Radio buttons in a row, each showing one panel. */
function segmented(label: string, panels: readonly (readonly [string, HTMLElement])[]): HTMLElement {
  const options = panels.map(([text, panel], index) => {
    panel.hidden = index > 0;
    const change = (): void => panels.forEach(([, other]) => (other.hidden = other !== panel));
    const input = h("input", { type: "radio", name: "segment", checked: index === 0, change });
    return h("label", {}, input, h("span", {}, text));
  });
  return h("div", { class: "segmented", role: "radiogroup", "aria-label": label }, ...options);
}

function personForm(port: StartPort, dialog: Dialog): { form: HTMLElement; focus(): void } {
  const handle = new Field("Handle", { ...HANDLE, name: "person" }, "The name they signed up with, such as @bob.");
  const button = h("button", { type: "submit", class: "button primary" }, "Write to them");
  const id = newId();
  const submit = (event: Event): void => {
    event.preventDefault();
    void busy(button, async () => {
      const found = await lookUp(port, handle);
      if (found === undefined) {
        return;
      }
      await attempt(handle, async () => {
        const conversation = await port.directory.createDirect(id, found.id);
        dialog.close();
        port.opened(conversation);
      });
    });
  };
  const form = h("form", { novalidate: true, submit }, handle.element, h("div", { class: "actions" }, button));
  return { form, focus: () => handle.input.focus() };
}

class GroupForm {
  readonly element: HTMLElement;
  readonly #port: StartPort;
  readonly #dialog: Dialog;
  readonly #title = new Field("Name of the group", { name: "title", maxlength: 64, autocomplete: "off" });
  readonly #handle = new Field("Add people by handle", { ...HANDLE, name: "member" }, "Press Enter after each handle.");
  readonly #chips = h("ul", { class: "chips", "aria-label": "People in the group" });
  readonly #members = new Map<Id, Account>();
  readonly #button = h("button", { type: "button", class: "button primary", click: () => this.#submit() }, "Create the group");
  readonly #add = h("button", { type: "submit", class: "button" }, "Add");
  readonly #id = newId();

  constructor(port: StartPort, dialog: Dialog) {
    this.#port = port;
    this.#dialog = dialog;
    const submit = (event: Event): void => {
      event.preventDefault();
      void busy(this.#add, async () => void (await this.#take()));
    };
    const adding = h("form", { class: "inline-form", novalidate: true, submit }, this.#handle.element, this.#add);
    const actions = h("div", { class: "actions" }, this.#button);
    this.element = h("div", { class: "panel" }, this.#title.element, adding, this.#chips, actions);
  }

  /** Takes the handle that is written; true when there is none or it was taken. */
  async #take(): Promise<boolean> {
    if (cleanHandle(this.#handle.value) === "") {
      return true;
    }
    const found = await lookUp(this.#port, this.#handle);
    if (found === undefined) {
      return false;
    }
    this.#members.set(found.id, found);
    this.#handle.input.value = "";
    this.#handle.input.focus();
    this.#showChips();
    return true;
  }

  #showChips(): void {
    const chips = [...this.#members.values()].map((account) => {
      const remove = iconButton("close", `Take ${account.displayName} out`, () => {
        this.#members.delete(account.id);
        this.#showChips();
        this.#handle.input.focus();
      });
      return h("li", { class: "chip" }, avatar(account.id, account.displayName), nameText(account.displayName), remove);
    });
    this.#chips.replaceChildren(...chips);
  }

  #submit(): void {
    void busy(this.#button, async () => {
      const title = this.#title.value.trim();
      this.#title.complain(title === "" ? "Give the group a name." : "");
      if (title === "") {
        this.#title.input.focus();
        return;
      }
      if (!(await this.#take())) {
        return;
      }
      await attempt(this.#handle, async () => {
        const members = [...this.#members.keys()];
        const conversation = await this.#port.directory.createGroup(this.#id, title, members);
        this.#dialog.close();
        this.#port.opened(conversation);
      });
    });
  }
}

/** Finds whom a handle belongs to, and says so in the field when it is nobody, or oneself. */
export async function lookUp(
  port: { readonly directory: Directory; readonly me: Id },
  field: Field,
): Promise<Account | undefined> {
  const handle = cleanHandle(field.value);
  field.complain("");
  let found: Account | undefined;
  try {
    found = handle === "" ? undefined : await port.directory.find(handle);
  } catch (fault) {
    if (fault instanceof Refusal && fault.temporary) {
      field.complain(explain(fault));
      return undefined;
    }
  }
  if (found === undefined || found.id === port.me) {
    const own = found?.id === port.me;
    field.complain(own ? "This is your own handle." : handle === "" ? "Type a handle." : "Nobody has this handle.");
    field.input.focus();
    return undefined;
  }
  return found;
}

/** Does something, and says in the field why it was not done. */
export async function attempt(field: Field, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    field.complain(explain(fault));
    field.input.focus();
  }
}
