// Who is signed in, in this browser: the access token lives in memory only, the refresh token in a cookie
// that scripts cannot read. Each refresh uses the cookie up, so the tabs of a browser take turns.
import * as api from "./api";
import type { Account } from "./protocol";

const LOCK = "parley.refresh";
/** Time of a refresh whose answer has not been seen; another page load waits for that answer's cookie. */
const MARK = "parley.refreshing";
const LOST_ANSWER_MILLIS = 2_000;
/** Set while somebody is signed in here; the cookie itself cannot be seen. */
const SIGNED_IN = "parley.signed-in";
const EXPIRY_MARGIN_MILLIS = 30_000;

/** Nobody is signed in any more; only a person can change that. */
export class SignedOut extends Error {
  constructor() {
    super("signed out");
  }
}

export class Auth {
  #token = "";
  #expiresAt = 0;
  /** The token has not served a connection yet. */
  #unused = false;
  #refreshing: Promise<void> | undefined;

  async signIn(handle: string, password: string): Promise<void> {
    this.#take(await api.signIn(handle, password, deviceName()));
  }

  async signUp(handle: string, displayName: string, password: string): Promise<void> {
    await api.signUp(handle, displayName, password);
    await this.signIn(handle, password);
  }

  /** Signs in by the cookie of an earlier visit. */
  async resume(): Promise<void> {
    if (kept(SIGNED_IN) === null) {
      throw new SignedOut();
    }
    await this.#refresh();
  }

  async me(): Promise<Account> {
    return api.me(await this.token());
  }

  /** A token for a request now. */
  async token(): Promise<string> {
    if (Date.now() > this.#expiresAt - EXPIRY_MARGIN_MILLIS) {
      await this.#refresh();
    }
    return this.#token;
  }

  /** A token for a connection, which asks only when the one that it got before is no longer taken. */
  async connectionToken(): Promise<string> {
    if (!this.#unused) {
      await this.#refresh();
    }
    this.#unused = false;
    return this.#token;
  }

  async signOut(): Promise<void> {
    try {
      await api.signOut(await this.token());
    } finally {
      this.forget();
    }
  }

  forget(): void {
    this.#token = "";
    this.#expiresAt = 0;
    this.#unused = false;
    forget(SIGNED_IN);
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshInTurn().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refreshInTurn(): Promise<void> {
    try {
      this.#take(await inTurn(api.refresh));
    } catch (fault) {
      if (fault instanceof api.Problem && [400, 401, 403].includes(fault.status)) {
        this.forget();
        throw new SignedOut();
      }
      throw fault;
    }
  }

  #take(tokens: api.Tokens): void {
    this.#token = tokens.accessToken;
    this.#expiresAt = Date.now() + tokens.expiresInSeconds * 1000;
    this.#unused = true;
    keep(SIGNED_IN, "yes");
  }
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const marked = async (): Promise<T> => {
    await waitForLostAnswer();
    keep(MARK, String(Date.now()));
    try {
      return await work();
    } finally {
      forget(MARK);
    }
  };
  // Locks exist in secure contexts only (https, or http on this machine).
  return navigator.locks === undefined ? marked() : navigator.locks.request(LOCK, marked);
}

/** A page that was left in the middle of a refresh: its request goes on and brings the new cookie. */
async function waitForLostAnswer(): Promise<void> {
  const age = Date.now() - Number(kept(MARK) ?? 0);
  if (age >= 0 && age < LOST_ANSWER_MILLIS) {
    await new Promise((resolve) => setTimeout(resolve, LOST_ANSWER_MILLIS - age));
  }
}

function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? "Browser";
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera" };
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1] ?? "";
  return [names[browser] ?? browser, system === "Mac OS X" ? "macOS" : system].filter((word) => word !== "").join(", ");
}

export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing for us forgets it with the page.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept either.
  }
}
