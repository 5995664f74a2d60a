import { setTimeout as wait } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { type Site, Visitor } from '../visitor.ts';
import { attack } from './soak-attack.ts';
import type { SoakTally } from './soak-tally.ts';

/** How long people who abandon a request wait at most, in milliseconds. An answer takes about as long. */
const PATIENCE = 6;

/** How soon the streams of somebody who disconnects have to be over, in milliseconds. A second, and a slow machine. */
const LAST_WORDS = 5_000;

export interface SoakBrowserOptions {
  site: Site;
  tally: SoakTally;
  /** Resolves when so many requests may be sent, one unless told otherwise. */
  turn: (requests?: number) => Promise<void>;
}

interface Call {
  method?: string;
  body?: object;
  /** The status that is no failure. 200 unless told otherwise. */
  status?: number;
}

interface OpenStream {
  hangUp: AbortController;
  ended: Promise<void>;
}

/** The browser of one visit: it waits for its turn, counts what it sends, and throws when an answer is not the expected one. */
export class SoakBrowser {
  readonly #options: SoakBrowserOptions;
  readonly #visitor: Visitor;
  readonly #streams: OpenStream[] = [];
  #leaving = false;

  constructor(options: SoakBrowserOptions) {
    this.#options = options;
    this.#visitor = new Visitor(options.site);
  }

  /** The whole connect flow. */
  async connect(): Promise<void> {
    await this.#turn(3);
    const { status } = await this.#visitor.connect();
    if (status !== 201) throw new Error(`POST /connections answered ${status}`);
  }

  /** Ends with the connection and all of its streams, which the server has to end by itself. */
  async disconnect(): Promise<void> {
    this.#leaving = true;
    try {
      await this.ask('/connections/paper', { method: 'DELETE', status: 204 });
      const ended = Promise.all(this.#streams.map((stream) => stream.ended));
      if ((await Promise.race([ended, wait(LAST_WORDS, 'late', { ref: false })])) === 'late')
        throw new Error('a stream went on after its person had disconnected');
    } finally {
      for (const { hangUp } of this.#streams) hangUp.abort();
    }
  }

  /** One request of the page. Resolves to the body of the answer. */
  async ask(path: string, { method = 'GET', body, status = 200 }: Call = {}): Promise<unknown> {
    await this.#turn();
    const answer = await this.#visitor.call(path, { method, body });
    const text = await answer.text();
    if (answer.status === status) return text === '' ? undefined : JSON.parse(text);
    throw new Error(`${method} ${path} answered ${answer.status} ${text.slice(0, 200)}`);
  }

  /** A request that is broken off after a while, whether it was answered or not. */
  async abandon(path: string, { method = 'GET', body }: Call = {}): Promise<void> {
    await this.#turn();
    const signal = AbortSignal.timeout(Math.floor(Math.random() * PATIENCE));
    const answered = this.#fetch(path, {
      method,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const status = await answered.then(statusWhenRead).catch((error: unknown) => {
      if (signal.aborted) return 200;
      throw error;
    });
    if (status !== 200) throw new Error(`${method} ${path} answered ${status} before it was abandoned`);
  }

  async attack(): Promise<void> {
    await this.#turn();
    await attack(this.#options.site, this.#cookie());
  }

  async listen(): Promise<void> {
    await this.#turn();
    const hangUp = new AbortController();
    const answer = await this.#fetch('/paper/stream', { signal: hangUp.signal });
    if (answer.status !== 200) throw new Error(`GET /paper/stream answered ${answer.status}`);
    this.#streams.push({ hangUp, ended: this.#read(answer, hangUp.signal) });
  }

  /** Hangs up its oldest stream, in the middle of whatever it says. */
  async hangUp(): Promise<void> {
    const stream = this.#streams.shift();
    stream?.hangUp.abort();
    await stream?.ended;
  }

  async #read(answer: Response, hungUp: AbortSignal): Promise<void> {
    const { tally } = this.#options;
    const parser = createParser({ onEvent: ({ event, data }) => this.#hear(event, data) });
    const text = new TextDecoder();
    tally.openStreams += 1;
    try {
      for await (const bytes of answer.body ?? []) parser.feed(text.decode(bytes, { stream: true }));
      if (!this.#leaving) throw new Error('a stream ended by itself');
    } catch (error) {
      if (!hungUp.aborted) tally.fail(error);
    } finally {
      tally.openStreams -= 1;
    }
  }

  #hear(event: string | undefined, data: string): void {
    this.#options.tally.events += 1;
    JSON.parse(data);
    if (event === 'end' && !this.#leaving) throw new Error(`a stream was ended: ${data}`);
  }

  async #turn(requests = 1): Promise<void> {
    await this.#options.turn(requests);
    this.#options.tally.requests += requests;
  }

  /** As `Visitor.call()`, for what can be broken off. */
  #fetch(path: string, init: RequestInit): Promise<Response> {
    const { url } = this.#options.site;
    return fetch(`${url}/alpaca${path}`, {
      ...init,
      headers: {
        'X-Alpaca-Connect': '1',
        'Sec-Fetch-Site': 'same-origin',
        'Content-Type': 'application/json',
        Origin: url,
        Cookie: this.#cookie(),
      },
    });
  }

  #cookie(): string {
    return [...this.#visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

async function statusWhenRead(answer: Response): Promise<number> {
  await answer.arrayBuffer();
  return answer.status;
}
