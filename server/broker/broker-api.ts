import { z } from 'zod';
import { boundedFetch } from '../http/bounded-fetch.ts';
import { bearer } from '../proxy/upstream-request.ts';
import type { PartnerCredentials } from './partner-credentials.ts';

/** An app, as `GET /v1/oauth/clients/{client_id}` describes it. */
const Client = z.object({
  client_id: z.string(),
  name: z.string(),
  description: z.string().catch(''),
  url: z.string().catch(''),
  terms_of_use: z.string().catch(''),
  privacy_policy: z.string().catch(''),
  status: z.string(),
  redirect_uri: z.array(z.string()),
  live_trading_approved: z.boolean().catch(false),
});
export type RegisteredClient = z.infer<typeof Client>;

const TokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.string().regex(/^bearer$/i),
  scope: z.string().nullish(),
});
const CodeAnswer = z.object({
  code: z.string().regex(/^[\x21-\x7e]{1,2000}$/),
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().nullish(),
});

/** What both operations that issue something want. */
interface IssueRequest {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  scope: string;
  accountId: string;
}

/**
 * Why the Broker API gave nothing: `refused` (401: it does not know the app or its secret), `invalid` (422: not this redirect URI
 * or scope), or `unavailable`: it failed, was too slow, or answered something else.
 */
export class BrokerApiError extends Error {
  override readonly name = 'BrokerApiError';
  readonly code: 'refused' | 'invalid' | 'unavailable';

  constructor(code: BrokerApiError['code'], cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** How long what is shown of an app may be old, in milliseconds. */
const CLIENT_AGE = 60_000;
const MOST_CLIENTS = 1_000;

/** The four operations of Alpaca's Broker API about OAuth. Bodies of its errors are read by nobody: they may quote a secret. */
export class BrokerApi {
  readonly #url: string;
  readonly #credentials: PartnerCredentials;
  readonly #clients = new Map<string, { client: RegisteredClient; until: number }>();

  constructor(url: URL, credentials: PartnerCredentials) {
    this.#url = url.href.replace(/\/$/, '');
    this.#credentials = credentials;
  }

  /**
   * An app. Not yet: whether it may be used.
   * @param fresh Asks Alpaca, and not what was heard within the last minute.
   * @returns undefined for one that does not exist, or that this partner has no access to.
   * @throws BrokerApiError `unavailable`
   */
  async client(
    id: string,
    { redirectUri, scope, fresh }: { redirectUri: string; scope: string; fresh: boolean },
  ): Promise<RegisteredClient | undefined> {
    const query = new URLSearchParams({ response_type: 'code', redirect_uri: redirectUri, scope });
    const key = `${id}?${query}`;
    const known = this.#clients.get(key);
    if (!fresh && known !== undefined && performance.now() < known.until) return known.client;
    const response = await this.#call('GET', `/v1/oauth/clients/${id}?${query}`);
    if ([400, 401, 404, 422].includes(response.status)) return undefined;
    const client = await read(Client, response);
    // Another spelling of an id is another app.
    if (client.client_id !== id) return undefined;
    this.#clients.delete(key);
    // One that is switched on again need not wait.
    if (client.status !== 'ACTIVE') return client;
    for (const oldest of this.#clients.keys()) {
      if (this.#clients.size < MOST_CLIENTS) break;
      this.#clients.delete(oldest);
    }
    this.#clients.set(key, { client, until: performance.now() + CLIENT_AGE });
    return client;
  }

  /** Issues a token for an account. @throws BrokerApiError */
  async issueToken(request: IssueRequest): Promise<{ accessToken: string; scope: string }> {
    const { access_token, scope } = await this.#issue('/v1/oauth/token', request, TokenAnswer);
    try {
      bearer(access_token);
    } catch (cause) {
      throw new BrokerApiError('unavailable', cause);
    }
    // RFC 6749 section 5.1: an answer without a scope grants what was asked for. Samples of Alpaca's have an empty one.
    return { accessToken: access_token, scope: scope?.trim() || request.scope };
  }

  /** Issues a code that the app exchanges at Alpaca. @throws BrokerApiError */
  async issueCode(request: IssueRequest): Promise<string> {
    const answer = await this.#issue('/v1/oauth/authorize', request, CodeAnswer);
    const isOurs = answer.client_id === request.clientId && answer.redirect_uri === request.redirectUri;
    if (!isOurs) throw new BrokerApiError('unavailable', new Error('The code is for something else.'));
    return answer.code;
  }

  /** Ends a token, where Alpaca offers that. @returns whether Alpaca confirms it. Never throws. */
  async deleteToken(accessToken: string): Promise<boolean> {
    try {
      const { status } = await this.#call('DELETE', `/v1/oauth/token/${encodeURIComponent(accessToken)}`);
      return status === 204;
    } catch {
      return false;
    }
  }

  async #issue<T>(path: string, request: IssueRequest, schema: z.ZodType<T>): Promise<T> {
    const body = JSON.stringify({
      client_id: request.clientId,
      client_secret: request.clientSecret,
      redirect_uri: request.redirectUri,
      scope: request.scope,
      account_id: request.accountId,
    });
    const response = await this.#call('POST', path, body);
    if (response.status === 401) throw new BrokerApiError('refused');
    if (response.status === 400 || response.status === 422) throw new BrokerApiError('invalid');
    return read(schema, response);
  }

  /**
   * A 401 says that the app is unknown, or that our own token has ended before its time. After one with a token that is not new,
   * a new one tells. Nothing was issued then, so that it is safe to ask again.
   */
  async #call(method: string, path: string, body?: string): Promise<Response> {
    try {
      const authorization = await this.#credentials.authorization();
      const first = await this.#send(authorization, method, path, body);
      if (first.status !== 401 || !this.#credentials.mayRenew(authorization)) return first;
      return await this.#send(await this.#credentials.authorization(), method, path, body);
    } catch (cause) {
      throw new BrokerApiError('unavailable', cause);
    }
  }

  #send(authorization: string, method: string, path: string, body: string | undefined): Promise<Response> {
    const headers = { Authorization: authorization, Accept: 'application/json' };
    const init =
      body === undefined
        ? { headers }
        : { headers: { ...headers, 'Content-Type': 'application/json' }, body };
    return boundedFetch(this.#url + path, { method, ...init });
  }
}

async function read<T>(schema: z.ZodType<T>, response: Response): Promise<T> {
  try {
    if (response.status !== 200) throw new Error(`The Broker API answered ${response.status}.`);
    return schema.parse(await response.json());
  } catch (cause) {
    throw new BrokerApiError('unavailable', cause);
  }
}
