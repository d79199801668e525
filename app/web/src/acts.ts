// What a person does to messages and to other people: each is one command, answered or refused.
import { type Account, fields, type Id, parseAccounts, text } from "./protocol";
import type { Commands } from "./session";

/** How long a member is muted by one press. */
export const MUTE_MILLIS = 24 * 60 * 60 * 1000;
const BLOCKED_PAGE = 100;

export class Acts {
  readonly #session: Commands;

  constructor(session: Commands) {
    this.#session = session;
  }

  async edit(conversation: Id, seq: number, words: string): Promise<void> {
    await this.#session.rpc("message.edit", { conversation, seq, body: { text: words } });
  }

  async recall(conversation: Id, seq: number): Promise<void> {
    await this.#session.rpc("message.recall", { conversation, seq });
  }

  async react(conversation: Id, seq: number, emoji: string, on: boolean): Promise<void> {
    await this.#session.rpc("message.react", { conversation, seq, emoji, on });
  }

  async mute(conversation: Id, account: Id): Promise<void> {
    await this.#session.rpc("members.mute", { conversation, account, until: Date.now() + MUTE_MILLIS });
  }

  async unmute(conversation: Id, account: Id): Promise<void> {
    await this.#session.rpc("members.mute", { conversation, account, until: 0 });
  }

  async block(account: Id): Promise<void> {
    await this.#session.rpc("account.block", { account });
  }

  async unblock(account: Id): Promise<void> {
    await this.#session.rpc("account.unblock", { account });
  }

  /** Everybody whom we block. */
  async blocked(): Promise<readonly Account[]> {
    const all: Account[] = [];
    for (let after = ""; ; ) {
      const request = { limit: BLOCKED_PAGE, ...(after === "" ? {} : { after }) };
      const page = fields(await this.#session.rpc("account.blocked", request));
      all.push(...parseAccounts(page["accounts"]));
      after = text(page["next"]);
      if (after === "") {
        return all;
      }
    }
  }
}
