// The REST calls of the page.
import { type Account, count, fields, id, parseAccount, text } from "./protocol";

/** How long one request may take. */
const REQUEST_MILLIS_MAX = 15_000;

/** An answer that is not the one hoped for; `status` 0 means that there was none. */
export class Problem extends Error {
  readonly status: number;
  readonly invalid: readonly { readonly field: string; readonly rule: string }[];
  readonly retryAfterSeconds: number;

  constructor(status: number, title: string, body: unknown, retryAfterSeconds: number) {
    super(title);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    const errors = fields(body)["errors"];
    this.invalid = (Array.isArray(errors) ? errors : []).map((error: unknown) => ({
      field: text(fields(error)["field"]),
      rule: text(fields(error)["rule"]),
    }));
  }
}

export interface Tokens {
  readonly account: string;
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  /** Let the request go on when the page is left meanwhile. */
  readonly outlive?: boolean;
}

async function call(request: Call): Promise<unknown> {
  const headers: Record<string, string> = { accept: "application/json, application/problem+json" };
  if (request.body !== undefined) {
    headers["content-type"] = "application/json";
  }
  if (request.token !== undefined) {
    headers["authorization"] = `Bearer ${request.token}`;
  }
  const answer = await reach(request, headers);
  const body: unknown = answer.status === 204 ? undefined : await answer.json().catch(() => undefined);
  if (!answer.ok) {
    const title = text(fields(body)["title"]) || `The server answered ${answer.status}`;
    throw new Problem(answer.status, title, body, Number(answer.headers.get("retry-after") ?? 0) || 0);
  }
  return body;
}

async function reach(request: Call, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(`/api/v1/${request.path}`, {
      method: request.method,
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      credentials: "same-origin",
      cache: "no-store",
      keepalive: request.outlive === true,
      signal: AbortSignal.timeout(REQUEST_MILLIS_MAX),
    });
  } catch {
    throw new Problem(0, "The server cannot be reached", undefined, 0);
  }
}

function tokens(body: unknown): Tokens {
  const data = fields(body);
  return {
    account: id(data["account"]),
    accessToken: text(data["accessToken"]),
    expiresInSeconds: count(data["expiresIn"]),
  };
}

function account(body: unknown): Account {
  const found = parseAccount(body);
  if (found === undefined) {
    throw new Problem(0, "The server's answer makes no sense", body, 0);
  }
  return found;
}

export async function signUp(handle: string, displayName: string, password: string): Promise<Account> {
  return account(await call({ method: "POST", path: "accounts", body: { handle, displayName, password } }));
}

/** Signs in; the refresh token stays in a cookie that scripts cannot read. */
export async function signIn(handle: string, password: string, device: string): Promise<Tokens> {
  const body = { handle, password, device, cookie: true };
  return tokens(await call({ method: "POST", path: "tokens", body, outlive: true }));
}

/** New tokens for the cookie, which is replaced by the answer. */
export async function refresh(): Promise<Tokens> {
  return tokens(await call({ method: "POST", path: "tokens/refresh", body: {}, outlive: true }));
}

export async function signOut(token: string): Promise<void> {
  await call({ method: "DELETE", path: "tokens/current", token, outlive: true });
}

export async function me(token: string): Promise<Account> {
  return account(await call({ method: "GET", path: "accounts/me", token }));
}

export async function findByHandle(handle: string, token: string): Promise<Account | undefined> {
  const path = `accounts?handle=${encodeURIComponent(handle)}`;
  const found = fields(await call({ method: "GET", path, token }))["accounts"];
  return Array.isArray(found) && found.length > 0 ? account(found[0]) : undefined;
}
