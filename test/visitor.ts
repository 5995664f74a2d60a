import { createHash, randomBytes } from 'node:crypto';
import type { AttemptAnswer, ConnectionsAnswer, RequestedEnvironment } from '../server/contract.ts';
/** Where the server answers. A stage is one. */
export interface Site {
  url: string;
}

export interface ProofKey {
  codeVerifier: string;
  codeChallenge: string;
}

/** What the callback page's script is given. */
export interface CallbackData {
  origin: string;
  mount: string;
  attempt: string;
  grant: string;
  error?: { code: string; message: string };
}

export interface VisitorOptions {
  /** The page that the visitor is on. Default: the server's own. */
  origin?: string;
  /** How the server is asked. Default: by Node's own `fetch`. */
  fetch?: typeof fetch;
}

/** A browser as far as HTTP goes: a cookie jar, and the headers that browsers send and scripts cannot forge. */
export class Visitor {
  readonly #site: Site;
  readonly #origin: string;
  readonly #ask: typeof fetch;
  readonly cookies = new Map<string, string>();
  /** Alpaca's code of the latest consent: what must never come back from our server. */
  code = '';

  constructor(site: Site, options: VisitorOptions = {}) {
    this.#site = site;
    this.#origin = options.origin ?? site.url;
    this.#ask = options.fetch ?? fetch;
  }

  /** Whether there is a session cookie. Those of attempts stay until an exchange succeeds. */
  get hasSession(): boolean {
    return [...this.cookies.keys()].some((name) => name.endsWith('alpaca.sid'));
  }

  static proofKey(): ProofKey {
    const codeVerifier = randomBytes(32).toString('base64url');
    return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') };
  }

  /** A call of the page's script, below the mount path. */
  call(path: string, { method = 'GET', body, headers = {} }: CallOptions = {}): Promise<Response> {
    const sameOrigin = this.#origin === this.#site.url;
    return this.#fetch(`${this.#site.url}/alpaca${path}`, {
      method,
      headers: {
        'X-Alpaca-Connect': '1',
        'Sec-Fetch-Site': sameOrigin ? 'same-origin' : 'cross-site',
        Origin: this.#origin,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** `GET /connections`, as the page's script reads it. */
  async list(): Promise<ConnectionsAnswer> {
    return (await (await this.call('/connections')).json()) as ConnectionsAnswer;
  }

  /** What the launch page's script posts: it runs on the server's own origin. */
  startAttempt(
    { codeChallenge }: Pick<ProofKey, 'codeChallenge'>,
    { provider, environment = 'paper', scope, away, origin = this.#origin, sameSite }: AttemptOptions = {},
  ): Promise<Response> {
    return this.call('/attempts', {
      method: 'POST',
      body: {
        ...(provider === undefined ? {} : { provider }),
        environment,
        codeChallenge,
        origin,
        ...(scope === undefined ? {} : { scope }),
        ...(away === undefined ? {} : { away }),
        ...(sameSite === undefined ? {} : { sameSite }),
      },
      headers: { Origin: this.#site.url, 'Sec-Fetch-Site': 'same-origin' },
    });
  }

  /** Decides at Alpaca. Returns the address that Alpaca sends the popup to. */
  async decide(
    authorizationUrl: string,
    decision: 'allow' | 'deny' = 'allow',
    account?: string,
  ): Promise<string> {
    const page = await (await fetch(authorizationUrl)).text();
    const form = new URLSearchParams({ decision });
    for (const [, name, value] of page.matchAll(/type="hidden" name="(\w+)" value="([^"]+)"/g)) {
      form.set(name ?? '', value ?? '');
    }
    for (const [, name, value] of page.matchAll(/type="radio" name="(\w+)" value="([^"]*)" checked/g)) {
      form.set(name ?? '', value ?? '');
    }
    const chosen = account && accountChoice(account).exec(page);
    if (chosen) form.set(chosen[1] ?? '', chosen[2] ?? '');
    const target = new URL('/oauth/authorize', authorizationUrl);
    const answer = await fetch(target, { method: 'POST', body: form, redirect: 'manual' });
    const location = answer.headers.get('location') ?? '';
    this.code = new URL(location).searchParams.get('code') ?? '';
    return location;
  }

  /** The navigation from Alpaca's site to the callback. */
  visit(url: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#fetch(url, {
      headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', ...headers },
    });
  }

  /** The navigation with which the element leaves its page: a link that says which website it is on. */
  leave(parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    const query = new URLSearchParams({ mode: 'redirect', environment: 'paper', ...parameters });
    return this.#fetch(`${this.#site.url}/alpaca/launch?${query}`, {
      headers: {
        Referer: `${this.#origin}/`,
        'Sec-Fetch-Dest': 'document',
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-Site': this.#origin === this.#site.url ? 'same-origin' : 'cross-site',
        ...headers,
      },
    });
  }

  exchange(
    code: string,
    codeVerifier: string,
    headers: Record<string, string> = {},
    keep?: boolean,
  ): Promise<Response> {
    const body = { code, codeVerifier, ...(keep === undefined ? {} : { keep }) };
    return this.call('/connections', { method: 'POST', body, headers });
  }

  /** Everything up to the grant. */
  async obtainGrant(
    options: AttemptOptions & { decision?: 'allow' | 'deny'; account?: string } = {},
  ): Promise<ProofKey & CallbackData> {
    const proofKey = Visitor.proofKey();
    const attempt = (await (await this.startAttempt(proofKey, options)).json()) as AttemptAnswer;
    const callback = await this.decide(attempt.authorizationUrl, options.decision, options.account);
    return { ...proofKey, ...(await callbackData(await this.visit(callback))) };
  }

  /** The whole flow, and the look that the widget takes after it: whether the browser kept the cookie. */
  async connect(options: ConnectOptions = {}): Promise<Response> {
    const { grant, codeVerifier } = await this.obtainGrant(options);
    const answer = await this.exchange(grant, codeVerifier, {}, options.keep);
    if (answer.ok) await (await this.call('/connections')).arrayBuffer();
    return answer;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#ask(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie === '' ? {} : { Cookie: cookie }) },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const gone = value === '' || /max-age=0\b|expires=thu, 01 jan 1970/i.test(line);
    if (gone) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

interface CallOptions {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

interface AttemptOptions {
  provider?: string;
  environment?: RequestedEnvironment;
  scope?: string;
  /** For how many days the app may act while the person is away. */
  away?: number;
  origin?: string;
  /** What the browser said to the launch page. */
  sameSite?: boolean;
}

interface ConnectOptions extends AttemptOptions {
  /** The number of the account that the person chooses. Default: the first one. */
  account?: string;
  keep?: boolean;
}

/** The radio button of an account on the consent page. */
function accountChoice(number: string): RegExp {
  return new RegExp(`type="radio" name="(\\w+)" value="([^"]*)"[^>]*>\\s*<span>[^<]*<small>${number}<`);
}

/** @throws Error when the page holds no data, as the page that refuses */
export async function callbackData(response: Response): Promise<CallbackData> {
  const data = /id="alpaca-connect-data">(.*?)<\/script>/.exec(await response.text())?.[1];
  if (data === undefined) throw new Error(`The callback answered ${response.status} without data.`);
  return JSON.parse(data) as CallbackData;
}
