import { createHash, randomBytes } from 'node:crypto';
import { request as ask, type IncomingMessage } from 'node:http';
import { request as askSecurely } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

/** An answer, whole. */
export interface Seen {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  /** The body as JSON; an empty object when it is none. */
  json: Record<string, unknown>;
  /** The `Set-Cookie` lines. */
  cookies: string[];
}

export interface Asking {
  method?: string;
  body?: unknown;
  headers?: Record<string, string | undefined>;
}

/** The page of another site that the backend has to allow. */
export const GUEST = 'https://guest.kit.example';
/** A page that it must not allow. */
export const STRANGER = 'https://stranger.kit.example';

/** Everything that the backend sent since the kit started: nothing secret may be in it. */
export class Transcript {
  #text = '';

  add(text: string): void {
    this.#text += text;
  }

  holds(secret: string): boolean {
    return this.#text.includes(secret);
  }
}

export interface ProofKey {
  codeVerifier: string;
  codeChallenge: string;
}

export function proofKey(): ProofKey {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') };
}

/** One browser at the backend under test: a cookie jar, and the headers that browsers send and scripts cannot forge. */
export class Client {
  readonly jar = new Map<string, string>();
  readonly origin: string;
  readonly #base: URL;
  readonly #transcript: Transcript;

  /** @param base Where the backend is mounted, without a slash at the end. */
  constructor(base: URL, transcript: Transcript, origin = base.origin) {
    this.#base = base;
    this.#transcript = transcript;
    this.origin = origin;
  }

  /** What a script of this client's page sends, below the mount path. A header that is undefined is left out. */
  call(path: string, { method = 'GET', body, headers = {} }: Asking = {}): Promise<Seen> {
    return this.#ask(path, method, body, {
      'x-alpaca-connect': '1',
      'sec-fetch-site': this.origin === this.#base.origin ? 'same-origin' : 'cross-site',
      origin: this.origin,
      ...headers,
    });
  }

  /** What a page of the backend's own sends: the launch page and the callback page. */
  callAsPopup(path: string, body: unknown): Promise<Seen> {
    const headers = { origin: this.#base.origin, 'sec-fetch-site': 'same-origin' };
    return this.call(path, { method: 'POST', body, headers });
  }

  /** A navigation, to a path below the mount path or to a whole address. */
  navigate(to: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Seen> {
    const path = to.startsWith(this.#base.href) ? to.slice(this.#base.href.length) : to;
    return this.#ask(path, method, undefined, {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      ...headers,
    });
  }

  /** Listens to a stream. `ended` resolves when the backend ended it. */
  listen(path: string): { text: () => string; opened: Promise<Seen>; ended: Promise<void>; leave(): void } {
    let text = '';
    let leave = () => {};
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const opened = new Promise<Seen>((resolve, reject) => {
      const headers = this.#headers({
        'x-alpaca-connect': '1',
        'sec-fetch-site': 'same-origin',
        origin: this.origin,
      });
      const request = this.#request(path, 'GET', headers, (answer) => {
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          this.#transcript.add(chunk);
        });
        answer.on('close', end).on('error', () => {});
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: {}, cookies: [] });
      });
      leave = () => request.destroy();
      request.on('error', reject).end();
    });
    return { text: () => text, opened, ended, leave: () => leave() };
  }

  /** Sends a request line that no HTTP client would send. Resolves to the status, 0 when there was none. */
  raw(target: string, method = 'GET'): Promise<number> {
    const { hostname, port, protocol, host } = this.#base;
    return new Promise((resolve) => {
      const secure = protocol === 'https:';
      const to = { host: hostname, port: Number(port || (secure ? 443 : 80)) };
      const socket: Socket = secure ? connectSecurely({ ...to, servername: hostname }) : connect(to);
      let answer = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        answer += chunk;
        this.#transcript.add(chunk);
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(Number(/^HTTP\/1\.\d (\d{3})/.exec(answer)?.[1] ?? 0)));
      socket.setTimeout(20_000, () => socket.destroy());
      socket.write(
        `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nX-Alpaca-Connect: 1\r\nSec-Fetch-Site: same-origin\r\nOrigin: ${this.#base.origin}\r\nCookie: ${this.#cookie()}\r\nConnection: close\r\n\r\n`,
        'latin1',
      );
    });
  }

  #cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #headers(headers: Asking['headers'] = {}): Record<string, string> {
    const cookie = this.#cookie();
    const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { ...Object.fromEntries(sent), ...(cookie === '' ? {} : { cookie }) };
  }

  #request(
    path: string,
    method: string,
    headers: Record<string, string>,
    answered: (answer: IncomingMessage) => void,
  ) {
    const start = this.#base.protocol === 'https:' ? askSecurely : ask;
    const { hostname, port, pathname } = this.#base;
    return start({ host: hostname, port, path: pathname + path, method, headers, agent: false }, answered);
  }

  #ask(path: string, method: string, body: unknown, headers: Asking['headers']): Promise<Seen> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const all = this.#headers({
      ...(bytes && { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
      ...headers,
    });
    return new Promise((resolve, reject) => {
      const request = this.#request(path, method, all, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        answer.on('end', () => resolve(this.#seen(answer, Buffer.concat(chunks).toString())));
      });
      request.setTimeout(35_000, () => request.destroy(new Error(`${method} ${path} was not answered`)));
      request.on('error', reject).end(bytes);
    });
  }

  #seen(answer: IncomingMessage, text: string): Seen {
    const cookies = answer.headers['set-cookie'] ?? [];
    this.#transcript.add(answer.rawHeaders.join('\n') + text);
    for (const line of cookies) this.#keep(line);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text, json: objectOf(text), cookies };
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0\b|expires=thu, 01 jan 1970/i.test(line)) this.jar.delete(name);
    else this.jar.set(name, value);
  }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
