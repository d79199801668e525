// What the server says, as types, and the only place where its JSON is looked at: everything behind these
// functions may trust the shapes.

export type Id = string;

export interface Account {
  readonly id: Id;
  readonly handle: string;
  readonly displayName: string;
}

interface Position {
  readonly seq: number;
  readonly author: Id;
  /** Whole milliseconds since 1970, UTC. */
  readonly time: number;
}

export interface MessageEntry extends Position {
  readonly kind: "message";
  /** The client message id: unique per author in its conversation. */
  readonly id: string;
  readonly text: string;
  readonly recalled: boolean;
  /** The number of the edit that this text is from, 0 for none. */
  readonly edited: number;
  /** How many people reacted, by emoji. */
  readonly reactions: ReadonlyMap<string, number>;
  /** The message that this one answers, 0 for none. */
  readonly replyTo: number;
  readonly mentions: readonly Id[];
}

export interface EditEntry extends Position {
  readonly kind: "edit";
  readonly target: number;
  /** Nothing when the message was deleted since. */
  readonly text: string | undefined;
}

export interface RecallEntry extends Position {
  readonly kind: "recall";
  readonly target: number;
}

export interface ReactionEntry extends Position {
  readonly kind: "reaction";
  readonly target: number;
  readonly emoji: string;
  readonly on: boolean;
  /** How many people have this reaction on the message after this entry. */
  readonly count: number;
}

export interface MemberEntry extends Position {
  readonly kind: "member";
  readonly account: Id;
  readonly change: string;
  readonly role: string;
  /** Until when somebody is muted, 0 when that ended. */
  readonly until: number;
}

export interface TitleEntry extends Position {
  readonly kind: "title";
  readonly title: string;
}

/** An entry of a kind that this page does not show; it holds its place in the numbering. */
export interface OtherEntry extends Position {
  readonly kind: "other";
}

export type Entry =
  | MessageEntry
  | EditEntry
  | RecallEntry
  | ReactionEntry
  | MemberEntry
  | TitleEntry
  | OtherEntry;

export type Role = "owner" | "admin" | "member";

export interface Summary {
  readonly id: Id;
  readonly kind: "direct" | "group";
  readonly title: string;
  readonly with: Id | undefined;
  readonly role: Role;
  readonly head: number;
  readonly messages: number;
  readonly read: number;
  readonly unread: number;
  /** Unread messages that mention us. */
  readonly mentions: number;
  readonly last: Entry | undefined;
}

export interface Member extends Account {
  readonly role: Role;
}

type Fields = Record<string, unknown>;

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Ids are strings of digits; a number is taken too as long as it is exact. */
export const id = (value: unknown): Id => (Number.isSafeInteger(value) ? String(value) : text(value));

export const count = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function role(value: unknown): Role {
  return value === "owner" || value === "admin" ? value : "member";
}

/** Reads one entry; nothing when it has no number. The number beside the data (the offset) wins. */
export function parseEntry(value: unknown, offset?: number): Entry | undefined {
  const data = fields(value);
  const seq = count(offset) || count(data["seq"]);
  if (seq === 0) {
    return undefined;
  }
  const position = { seq, author: id(data["author"]), time: count(data["time"]) };
  switch (data["kind"]) {
    case "message":
      return message(position, data);
    case "edit":
      return { ...position, kind: "edit", target: count(data["target"]), text: editedText(data["body"]) };
    case "recall":
      return { ...position, kind: "recall", target: count(data["target"]) };
    case "reaction":
      return {
        ...position,
        kind: "reaction",
        target: count(data["target"]),
        emoji: text(data["emoji"]),
        on: data["on"] === true,
        count: count(data["count"]),
      };
    case "member":
      return {
        ...position,
        kind: "member",
        account: id(data["account"]),
        change: text(data["change"]),
        role: text(data["role"]),
        until: count(data["until"]),
      };
    case "title":
      return { ...position, kind: "title", title: text(data["title"]) };
    default:
      return { ...position, kind: "other" };
  }
}

function message(position: Position, data: Fields): MessageEntry {
  return {
    ...position,
    kind: "message",
    id: text(data["id"]),
    text: text(fields(data["body"])["text"]),
    recalled: data["recalled"] === true,
    edited: count(data["edited"]),
    reactions: new Map(Object.entries(fields(data["reactions"])).map(([emoji, number]) => [emoji, count(number)])),
    replyTo: count(data["replyTo"]),
    mentions: parseIds(data["mentions"]),
  };
}

const editedText = (body: unknown): string | undefined =>
  body === undefined || body === null ? undefined : text(fields(body)["text"]);

export function parseSummary(value: unknown): Summary | undefined {
  const data = fields(value);
  const conversation = id(data["id"]);
  if (conversation === "") {
    return undefined;
  }
  const other = id(data["with"]);
  return {
    id: conversation,
    kind: data["kind"] === "direct" ? "direct" : "group",
    title: text(data["title"]),
    with: other === "" ? undefined : other,
    role: role(data["role"]),
    head: count(data["head"]),
    messages: count(data["messages"]),
    read: count(data["read"]),
    unread: count(data["unread"]),
    mentions: count(data["mentions"]),
    last: parseEntry(data["last"]),
  };
}

export function parseSummaries(value: unknown): Summary[] {
  return list(value).flatMap((item) => parseSummary(item) ?? []);
}

/** What somebody is called whose account was deleted: there is no name any more. */
export const DELETED = "Deleted account";

export function parseAccount(value: unknown): Account | undefined {
  const data = fields(value);
  const account = id(data["id"]) || id(data["account"]);
  if (account === "") {
    return undefined;
  }
  const handle = text(data["handle"]);
  return { id: account, handle, displayName: text(data["displayName"]) || handle || DELETED };
}

export function parseAccounts(value: unknown): Account[] {
  return list(value).flatMap((item) => parseAccount(item) ?? []);
}

export function parseMembers(value: unknown): Member[] {
  return list(value).flatMap((item) => {
    const account = parseAccount(item);
    return account === undefined ? [] : { ...account, role: role(fields(item)["role"]) };
  });
}

export const parseIds = (value: unknown): Id[] => list(value).map(id).filter((item) => item !== "");

export const channelOf = (conversation: Id): string => `c:${conversation}`;

/** The conversation of a channel name, or nothing when the channel is of another kind. */
export function conversationOf(channel: string): Id | undefined {
  return channel.startsWith("c:") && channel.length > 2 ? channel.slice(2) : undefined;
}
