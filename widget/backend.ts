import type {
  Api,
  Connection,
  ConnectionsAnswer,
  ErrorAnswer,
  ExchangeRequest,
  MailboxAnswer,
} from '../server/contract.ts';
import type { AlpacaPath, AlpacaResponse } from './alpaca-calls.ts';
import { canRedirect } from './choose-way.ts';
import { ConnectError, connectErrorFrom, foreignAnswerError, ignoreNetworkError } from './connect-error.ts';
import { setup } from './messages/en.ts';
import { pause } from './retry-delay.ts';

/** The exchange waits for several calls from the server to Alpaca. */
const CALL_TIMEOUT_MS = 60_000;
/** Before each further try of a call whose answer did not arrive. */
const ASK_AGAIN_AFTER_MS = [1_000, 3_000];

/** Every call from the page to the server. `CORS` and the session cookie need both the header and the credentials. */
export class Backend {
  /** Where the router is mounted, without a slash at the end. */
  readonly url: string;
  readonly origin: string;

  /**
   * @param server URL where the router is mounted, absolute or relative to the page.
   * @throws ConnectError `config_invalid` when that is no http(s) URL, or in a frame whose sandbox leaves it no origin that a server could allow.
   */
  constructor(server: string) {
    if (globalThis.origin === 'null' && !canRedirect()) {
      throw new ConnectError('config_invalid', { message: setup.framed });
    }
    const url = URL.canParse(server, document.baseURI) ? new URL(server, document.baseURI) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
      throw new ConnectError('config_invalid', { message: setup.serverInvalid });
    }
    this.url = url.href.replace(/\/+$/, '');
    this.origin = url.origin;
  }

  /** Where the popup starts, for a page on `pageOrigin`. */
  launchUrl(pageOrigin: string): string {
    return `${this.url}/launch?origin=${encodeURIComponent(pageOrigin)}`;
  }

  /** What the server offers, and what is connected. */
  async connections(signal?: AbortSignal): Promise<ConnectionsAnswer> {
    return readJson(await this.#call('/connections', {}, signal));
  }

  /** Trades the grant and the verifier that belongs to it for a connection. */
  async exchange(request: ExchangeRequest, signal?: AbortSignal): Promise<Connection> {
    const headers = { 'Content-Type': 'application/json' };
    return readJson(
      await this.#call('/connections', { method: 'POST', headers, body: JSON.stringify(request) }, signal),
    );
  }

  /**
   * Deletes the server's copy of a connection. Succeeds as well when there is none.
   * @param which The id of one, or all of `paper` or `live`.
   */
  async disconnect(which: string): Promise<void> {
    await this.#delete(`/connections/${encodeURIComponent(which)}`);
  }

  /** Ends what the app may do with an account while the person is away. Succeeds as well when it has ended. */
  async endAway(id: string): Promise<void> {
    await this.#delete(`/away/${encodeURIComponent(id)}`);
  }

  async #delete(path: string): Promise<void> {
    const response = await this.#call(path, { method: 'DELETE' });
    // The page of a captive portal comes with 200: nothing was deleted then.
    if (response.status !== 204) throw foreignAnswerError(response);
  }

  /** Asks once for what a severed popup left on the server; undefined when nothing arrived within 25 seconds. */
  async collect(
    attempt: string,
    codeVerifier: string,
    signal?: AbortSignal,
  ): Promise<MailboxAnswer | undefined> {
    const headers = { 'X-Alpaca-Connect-Verifier': codeVerifier };
    const response = await this.#call(`/mailbox/${encodeURIComponent(attempt)}`, { headers }, signal);
    return response.status === 204 ? undefined : readJson(response);
  }

  /**
   * A request to Alpaca through the server's proxy, answered as Alpaca answered it. Has no time limit of its own;
   * give a signal in `init`.
   *
   * The proxy answers 502 and 504 when Alpaca failed. Edges such as Cloudflare put pages of their own in place of these, which
   * a page on another origin cannot read: there it rejects. In either case an order may have been placed.
   *
   * TypeScript refuses a path, method or query that Alpaca does not document, and knows what `json()` gives of an answer that is
   * `ok`. A path of type `string`, as in `path as string`, is not checked.
   *
   * @throws TypeError for a path or API that the proxy does not have, or when the network fails, as `fetch()` does.
   */
  async proxied<A extends Api, P extends string, M extends string = 'GET'>(
    api: A,
    path: AlpacaPath<A, P, M>,
    { connection, ...init }: ProxiedInit & { method?: M } = {},
  ): Promise<AlpacaResponse<A, P, M>> {
    if (!['paper', 'live', 'data'].includes(api)) throw new TypeError(setup.apiInvalid);
    if (!/^\/(?!\/)/.test(path)) throw new TypeError(setup.pathInvalid);
    return fetch(`${this.url}/${api}${path}`, withIdentity(init, connection));
  }

  async #call(path: string, init: Omit<RequestInit, 'signal'>, signal?: AbortSignal): Promise<Response> {
    const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const limit = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const response = await fetch(
      `${this.url}${path}`,
      // Redirects are not followed, and not hidden: the server sends none, so that one is an answer of somebody else.
      withIdentity({ ...init, cache: 'no-store', redirect: 'manual', signal: limit }),
    ).catch((cause: unknown) => {
      throw signal?.aborted ? signal.reason : new ConnectError('network', { cause });
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

/** As for `fetch()`, and which account is meant. */
export interface ProxiedInit extends RequestInit {
  /** The id of a connection. Needed where several accounts of one environment are connected. */
  connection?: string | undefined;
}

/** The header makes every request one that another site cannot send without asking (CORS preflight). */
function withIdentity(init: RequestInit, connection?: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('X-Alpaca-Connect', '1');
  if (connection !== undefined) headers.set('X-Alpaca-Connection', connection);
  return { ...init, headers, credentials: 'include' };
}

async function errorOf(response: Response): Promise<ConnectError> {
  const answer = await errorAnswer(response);
  return answer ? connectErrorFrom(answer) : foreignAnswerError(response);
}

async function readJson<T>(response: Response): Promise<T> {
  return response.json().catch((cause: unknown) => {
    // An answer that was cut off is a TypeError.
    throw cause instanceof SyntaxError
      ? foreignAnswerError(response, cause)
      : new ConnectError('network', { cause });
  });
}

/** What the server says in an error body. Undefined for what is not the server's own, such as the page of a proxy in between. */
export async function errorAnswer(
  response: Response,
): Promise<Pick<ErrorAnswer, 'code' | 'message'> | undefined> {
  const { code, message }: Partial<ErrorAnswer> = (await response.json().catch(() => null)) ?? {};
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined;
}

/** A new connection. */
export interface Connected {
  connection: Connection;
  /** What the server said of everything that is connected now. Undefined when it could not be asked. */
  answer: ConnectionsAnswer | undefined;
}

/**
 * Trades the grant for a connection and asks whether it is still there: the session that holds it is a cookie, and a
 * browser that drops the cookie says so only by not sending it back.
 *
 * @throws ConnectError what the server refused, or `cookies_blocked`.
 */
export function exchangeGrant(
  backend: Backend,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<Connected> {
  // Each exchange gives the session a new id: two at once, in two tabs, would each answer with a cookie of its own.
  return navigator.locks.request('alpaca-connect', () => exchange(backend, request, signal));
}

async function exchange(backend: Backend, request: ExchangeRequest, signal: AbortSignal): Promise<Connected> {
  // The server exchanges once, and says what came of it as often as it is asked.
  const connection = await insist(() => backend.exchange(request, signal), signal);
  const answer = await insist(() => backend.connections(signal), signal).catch(ignoreNetworkError);
  const kept = answer?.connections.some(({ id }) => id === connection.id);
  if (kept === false) throw new ConnectError('cookies_blocked');
  return { connection, answer };
}

/** Asks again when the answer is lost or the server is busy: what the server may be asked more than once. */
async function insist<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const wait of ASK_AGAIN_AFTER_MS) {
    const answer = await ask().catch(ignoreNetworkError);
    if (answer !== undefined) return answer;
    await pause(wait, signal);
  }
  return ask();
}
