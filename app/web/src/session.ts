// The connection: the SDK in the mode where the server subscribes us, behind the few calls that we need.
import { Centrifuge } from "centrifuge";
import { Auth, SignedOut } from "./auth";
import { channelOf, type Entry, type Id, parseEntry } from "./protocol";
import { Refusal } from "./refusal";

export const PAGE_ENTRIES = 50;
export const FILL_ENTRIES = 100;
const COMMAND_MILLIS_MAX = 5_000;
const RECONNECT_MILLIS_MAX = 8_000;
export const CODE_INVALID_TOKEN = 3500;
export const CODE_SIGNED_OUT = 4501;
export const CODE_BANNED = 4502;
export const CODE_EPOCH_CHANGED = 112;

export interface SessionEvents {
  connecting(): void;
  connected(): void;
  /** Over for good; `signedOut` when nobody is signed in any more. */
  ended(code: number, reason: string, signedOut: boolean): void;
  /** `top`: the number up to which the conversation reached when it was subscribed, 0 if not known. */
  subscribed(channel: string, top: number): void;
  unsubscribed(channel: string): void;
  publication(channel: string, data: unknown, offset: number): void;
}

export interface PageRequest {
  readonly limit: number;
  readonly reverse?: boolean;
  /** Entries before (reverse) or after this number. */
  readonly since?: number;
}

/** What the rest of the page asks the server; each call throws a `Refusal`. */
export interface Commands {
  readonly online: boolean;
  rpc(method: string, data: unknown): Promise<unknown>;
  /** A page of a conversation's log, in the order of the request. */
  history(conversation: Id, request: PageRequest): Promise<Entry[]>;
  /** Says something that is not answered. */
  send(data: unknown): void;
  /** The members of a conversation that are there now. */
  presence(conversation: Id): Promise<Id[]>;
}

export class Session implements Commands {
  readonly #client: Centrifuge;
  #epoch = "";
  #lived = "";

  constructor(auth: Auth, events: SessionEvents) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#client = new Centrifuge(`${scheme}://${location.host}/connection/websocket`, {
      getToken: () => connectionToken(auth),
      data: { subscriptions: "server" },
      name: "parley-web",
      version: "0.1.0",
      timeout: COMMAND_MILLIS_MAX,
      maxReconnectDelay: RECONNECT_MILLIS_MAX,
    });
    this.#listen(events);
  }

  get online(): boolean {
    return this.#client.state === "connected";
  }

  open(): void {
    this.#client.connect();
  }

  /** Connects with a new token, after the connection was given up. */
  reopen(): void {
    this.#client.setToken("");
    this.#client.connect();
  }

  close(): void {
    this.#client.removeAllListeners();
    this.#client.disconnect();
  }

  async rpc(method: string, data: unknown): Promise<unknown> {
    try {
      return (await this.#client.rpc(method, data)).data as unknown;
    } catch (fault) {
      throw new Refusal(fault);
    }
  }

  async history(conversation: Id, request: PageRequest): Promise<Entry[]> {
    try {
      const page = await this.#client.history(channelOf(conversation), {
        limit: request.limit,
        reverse: request.reverse === true,
        ...(request.since === undefined ? {} : { since: { offset: request.since, epoch: this.#epoch } }),
      });
      this.#epoch = page.epoch;
      return page.publications.flatMap((item) => parseEntry(item.data, item.offset) ?? []);
    } catch (fault) {
      const refusal = new Refusal(fault);
      if (refusal.code === CODE_EPOCH_CHANGED) {
        this.#epoch = "";
      }
      throw refusal;
    }
  }

  /** Numbers mean something within one epoch. With another one all that this page knows is past: it begins again. */
  #stayIn(epoch: string): void {
    if (epoch !== "" && this.#lived !== "" && epoch !== this.#lived) {
      location.reload();
    }
    this.#lived = epoch === "" ? this.#lived : epoch;
  }

  send(data: unknown): void {
    // What passes is not worth a word when it gets lost.
    this.#client.send(data).catch(() => undefined);
  }

  async presence(conversation: Id): Promise<Id[]> {
    try {
      const { clients } = await this.#client.presence(channelOf(conversation));
      return [...new Set(Object.values(clients).map((client) => client.user))];
    } catch (fault) {
      throw new Refusal(fault);
    }
  }

  #listen(events: SessionEvents): void {
    this.#client.on("connecting", () => events.connecting());
    this.#client.on("connected", () => events.connected());
    this.#client.on("disconnected", (ended) => {
      // Code 1 of the SDK: the token call-back said that nobody is signed in.
      events.ended(ended.code, ended.reason, ended.code === 1 || ended.code === CODE_SIGNED_OUT);
    });
    this.#client.on("subscribed", (subscription) => {
      this.#stayIn(subscription.streamPosition?.epoch ?? "");
      const top = subscription.streamPosition?.offset ?? 0;
      events.subscribed(subscription.channel, top);
    });
    this.#client.on("unsubscribed", (subscription) => events.unsubscribed(subscription.channel));
    this.#client.on("publication", (item) => events.publication(item.channel, item.data, item.offset ?? 0));
    // Faults of single attempts; the SDK tries again and reports the state.
    this.#client.on("error", () => undefined);
  }
}

async function connectionToken(auth: Auth): Promise<string> {
  try {
    return await auth.connectionToken();
  } catch (fault) {
    throw fault instanceof SignedOut ? new Centrifuge.UnauthorizedError("signed out") : fault;
  }
}
