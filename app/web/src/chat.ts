// What a signed-in person can do, and what the page does when the server says something.
import { Acts } from "./acts";
import type { Auth } from "./auth";
import { Caretaker } from "./caretaker";
import type { Outgoing } from "./conversation";
import { Directory } from "./directory";
import { contentOf, written } from "./outgoing";
import { forgetOutbox, keepOutbox, keptOutbox } from "./outbox";
import { type Account, conversationOf, count, fields, id as idOf, type Id, parseEntry } from "./protocol";
import { Reader } from "./reader";
import { explain, type Refusal } from "./refusal";
import { Sender, type Sent } from "./sender";
import { Signals } from "./signals";
import { CODE_BANNED, CODE_INVALID_TOKEN, Session } from "./session";
import type { Store } from "./store";

/** What the page has to hear of beside changes of the state. */
export interface ChatEvents {
  /** Nobody is signed in any more. */
  signedOut(): void;
  /** A conversation of ours came to its end for us. */
  left(title: string): void;
}

export class Chat {
  readonly directory: Directory;
  readonly reader: Reader;
  readonly acts: Acts;
  readonly signals: Signals;
  readonly #store: Store;
  readonly #session: Session;
  readonly #sender: Sender;
  readonly #caretaker: Caretaker;
  readonly #events: ChatEvents;
  #closed = false;
  #takenUp = false;
  /** A new token was asked for since the last connection that held. */
  #renewed = false;

  constructor(store: Store, auth: Auth, events: ChatEvents) {
    this.#store = store;
    this.#events = events;
    this.#session = new Session(auth, {
      connecting: () => this.#store.dispatch({ type: "link", link: navigator.onLine ? "connecting" : "offline" }),
      connected: () => this.#connected(),
      ended: (code, reason, signedOut) => this.#ended(code, reason, signedOut),
      subscribed: (channel, top) => this.#subscribed(channel, top),
      unsubscribed: (channel) => this.#unsubscribed(channel),
      publication: (channel, data, offset) => this.#publication(channel, data, offset),
    });
    this.directory = new Directory(store, this.#session);
    this.reader = new Reader(store, this.#session);
    this.acts = new Acts(this.#session);
    this.signals = new Signals(store, this.#session);
    this.#caretaker = new Caretaker(store, this.#session);
    this.#sender = new Sender(this.#senderPort());
    store.listen((state) => {
      if (!this.#closed) {
        this.#caretaker.look(state);
        keepOutbox(state);
      }
    });
  }

  start(me: Account): void {
    this.#store.dispatch({ type: "signed-in", me });
    this.#session.open();
  }

  /** Connects again after the connection was given up. */
  resume(): void {
    this.#store.dispatch({ type: "link", link: "connecting" });
    this.#session.reopen();
  }

  close(): void {
    this.#closed = true;
    this.#sender.stop();
    this.#session.close();
    forgetOutbox();
  }

  noteNetwork(online: boolean): void {
    const { link } = this.#store.state;
    if (!online && link !== "stopped") {
      this.#store.dispatch({ type: "link", link: "offline" });
    } else if (online && link === "offline") {
      this.#store.dispatch({ type: "link", link: this.#session.online ? "online" : "connecting" });
    }
  }

  send(conversation: Id, words: string, replyTo = 0, mentions: readonly Id[] = []): void {
    this.signals.sent(conversation);
    const item = written(words, replyTo, mentions);
    this.#store.dispatch({ type: "queued", conversation, item });
    this.#sender.add(conversation, item);
  }

  /** Sends a failed message again, as the same message. */
  retry(conversation: Id, id: string): void {
    const item = this.#store.state.conversations.get(conversation)?.outbox.find((other) => other.id === id);
    if (item?.state === "failed") {
      this.#store.dispatch({ type: "pending", conversation, id });
      this.#sender.add(conversation, item);
    }
  }

  discard(conversation: Id, id: string): void {
    this.#store.dispatch({ type: "discarded", conversation, id });
  }

  wantName(account: Id): void {
    this.#caretaker.wantName(account, this.#store.state);
  }

  #connected(): void {
    this.#store.dispatch({ type: "link", link: "online" });
    this.#renewed = false;
    this.#caretaker.reset();
    this.#sender.wake();
    void this.directory.synchronise().then(() => this.#takeUp());
  }

  /** Goes on with what was on its way when the page was left. */
  #takeUp(): void {
    const { me, listed, conversations } = this.#store.state;
    if (me === undefined || !listed || this.#takenUp) {
      return;
    }
    this.#takenUp = true;
    for (const { conversation, item } of keptOutbox(me.id)) {
      const known = conversations.get(conversation);
      if (known === undefined || known.outbox.some((other) => other.id === item.id)) {
        continue;
      }
      this.#store.dispatch({ type: "queued", conversation, item });
      if (item.state === "pending") {
        this.#sender.add(conversation, item);
      }
    }
  }

  #ended(code: number, reason: string, signedOut: boolean): void {
    if (signedOut) {
      this.#events.signedOut();
      return;
    }
    if (code === CODE_INVALID_TOKEN && !this.#renewed) {
      // The keys of the server may have changed: a new token tells.
      this.#renewed = true;
      this.resume();
      return;
    }
    const why = code === CODE_BANNED ? "This account has been suspended." : `The server ended the connection: ${reason}.`;
    this.#store.dispatch({ type: "link", link: "stopped", reason: why });
  }

  #subscribed(channel: string, top: number): void {
    const conversation = conversationOf(channel);
    if (conversation === undefined) {
      return;
    }
    this.directory.want(conversation);
    this.#store.dispatch({ type: "known", conversation, seq: top });
  }

  #unsubscribed(channel: string): void {
    if (conversationOf(channel) !== undefined) {
      void this.directory.synchronise();
    }
  }

  #publication(channel: string, data: unknown, offset: number): void {
    const conversation = conversationOf(channel);
    if (conversation === undefined) {
      this.#personal(data);
      return;
    }
    if (offset === 0) {
      this.signals.take(conversation, data);
      return;
    }
    const entry = parseEntry(data, offset);
    if (entry !== undefined) {
      this.directory.entry(conversation, entry);
    }
  }

  #personal(data: unknown): void {
    const event = fields(data);
    const conversation = idOf(event["conversation"]);
    if (event["type"] === "read") {
      const [seq, unread] = [count(event["seq"]), count(event["unread"])];
      this.#store.dispatch({ type: "read", conversation, seq, unread });
    } else if (event["type"] === "conversation" && event["change"] === "added") {
      this.directory.want(conversation);
    } else if (event["type"] === "conversation" && event["change"] === "removed") {
      const known = this.#store.state.conversations.get(conversation);
      if (known !== undefined) {
        this.#events.left(known.summary.title);
      }
      this.#store.dispatch({ type: "removed", conversations: [conversation] });
    }
  }

  #senderPort(): ConstructorParameters<typeof Sender>[0] {
    return {
      send: async (conversation, item) => {
        const answer = fields(await this.#session.rpc("message.send", { conversation, id: item.id, ...contentOf(item) }));
        return { seq: count(answer["seq"]), time: count(answer["time"]) };
      },
      online: () => this.#session.online,
      delay: (millis) => new Promise((resolve) => setTimeout(resolve, millis * (0.5 + Math.random() / 2))),
      sent: (conversation, item, sent) => this.#stored(conversation, item, sent),
      failed: (conversation, item, refusal: Refusal) =>
        this.#store.dispatch({ type: "failed", conversation, id: item.id, reason: explain(refusal) }),
    };
  }

  /** The answer to a send is the entry itself when it is the next one; otherwise the entry is on its way. */
  #stored(conversation: Id, item: Outgoing, sent: Sent): void {
    const { state } = this.#store;
    this.#store.dispatch({ type: "sent", conversation, id: item.id, seq: sent.seq });
    if (sent.seq === (state.conversations.get(conversation)?.summary.head ?? 0) + 1) {
      const me = state.me?.id ?? "";
      const entry = parseEntry({ kind: "message", author: me, id: item.id, ...contentOf(item), ...sent });
      if (entry !== undefined) {
        this.#store.dispatch({ type: "entry", conversation, entry });
      }
    } else {
      this.#store.dispatch({ type: "known", conversation, seq: sent.seq });
    }
  }
}
