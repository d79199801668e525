// What a person does in the open conversation: writes, answers, changes, deletes, reacts.
import type { Chat } from "../chat";
import type { Conversation } from "../conversation";
import { handlesIn } from "../mentions";
import type { Account, Id } from "../protocol";
import { explain } from "../refusal";
import type { MessageRow, Row } from "../timeline";
import { Composer, type Purpose } from "./composer";
import { openMessageDialog } from "./message-dialog";

export interface WritingPort {
  readonly chat: Chat;
  /** The open conversation and its rows, as they are drawn. */
  conversation(): Conversation | undefined;
  rows(): readonly Row[];
  me(): Id;
  /** A message of ours was just put on its way. */
  said(): void;
  tell(text: string): void;
}

export class Writing {
  readonly composer: Composer;
  readonly #port: WritingPort;
  /** The members of the conversation that is open, as far as they were asked for. */
  #members: { readonly conversation: Id; readonly people: readonly Account[] } | undefined;

  constructor(port: WritingPort) {
    this.#port = port;
    this.composer = new Composer({
      submit: (text, purpose) => this.#submit(text, purpose),
      typing: () => this.#typing(),
      editLast: () => this.#editLast(),
      people: () => this.#people(),
    });
  }

  /** Learns who may be mentioned in the open conversation. */
  prepare(): void {
    this.#people();
  }

  /** Offers what can be done to a message. */
  menu(row: MessageRow): void {
    const conversation = this.#port.conversation();
    if (conversation === undefined) {
      return;
    }
    const { id, kind, role } = conversation.summary;
    openMessageDialog(row, {
      editable: row.mine && !conversation.gone,
      deletable: !conversation.gone && (row.mine || (kind === "group" && role !== "member")),
      react: (emoji, on) => this.react(row.seq, emoji, on),
      reply: () => this.composer.reply(row.seq, row.mine ? "yourself" : row.name, row.text.slice(0, 120)),
      edit: () => this.composer.edit(row.seq, row.text),
      recall: () => this.#port.chat.acts.recall(id, row.seq),
    });
  }

  async react(seq: number, emoji: string, on: boolean): Promise<void> {
    const id = this.#port.conversation()?.summary.id;
    if (id !== undefined) {
      await this.#attempt(this.#port.chat.acts.react(id, seq, emoji, on));
    }
  }

  #typing(): void {
    const id = this.#port.conversation()?.summary.id;
    if (id !== undefined) {
      this.#port.chat.signals.typing(id, Date.now());
    }
  }

  #submit(text: string, purpose: Purpose): void {
    const id = this.#port.conversation()?.summary.id;
    if (id === undefined) {
      return;
    }
    if (purpose.type === "edit") {
      void this.#attempt(this.#port.chat.acts.edit(id, purpose.seq, text));
      return;
    }
    const handles = handlesIn(text);
    const meant = handles.length === 0 ? [] : this.#people().filter((person) => handles.includes(person.handle));
    const reply = purpose.type === "reply" ? purpose.seq : 0;
    this.#port.chat.send(id, text, reply, meant.map((person) => person.id));
    this.#port.said();
  }

  /** The other members of an open group; asked for once. */
  #people(): readonly Account[] {
    const summary = this.#port.conversation()?.summary;
    if (summary === undefined || summary.kind !== "group") {
      return [];
    }
    if (this.#members?.conversation !== summary.id) {
      const asked = { conversation: summary.id, people: [] };
      this.#members = asked;
      this.#port.chat.directory.details(summary.id).then(
        (details) => this.#members === asked && (this.#members = { ...asked, people: details?.members ?? [] }),
        () => this.#members === asked && (this.#members = undefined),
      );
    }
    return this.#members.people.filter((member) => member.id !== this.#port.me());
  }

  #editLast(): void {
    const last = this.#port
      .rows()
      .findLast((row) => row.type === "message" && row.mine && row.status === "sent" && row.seq > 0);
    if (last?.type === "message") {
      this.composer.edit(last.seq, last.text);
    }
  }

  /** Does what may be refused; a refusal is told. */
  async #attempt(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (fault) {
      this.#port.tell(explain(fault));
    }
  }
}
