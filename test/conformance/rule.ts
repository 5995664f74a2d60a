import type { Simulator } from '../../demo/simulator/index.ts';
import type { CallbackPageData } from '../../server/contract.ts';
import { Client, GUEST, type ProofKey, proofKey, type Seen, Transcript } from './client.ts';

/** One rule of the contract. Rules do not depend on each other: each begins with browsers of its own. */
export interface Rule {
  id: string;
  /** What a backend has to do, in a sentence. */
  says: string;
  /** @throws Broken with what was seen, and what to do */
  check(world: World): Promise<void>;
}

export class Broken extends Error {
  override readonly name = 'Broken';
  readonly todo: string;

  constructor(seen: string, todo: string) {
    super(seen);
    this.todo = todo;
  }
}

/** @throws Broken unless `holds` */
export function expectThat(holds: unknown, seen: string, todo: string): asserts holds {
  if (!holds) throw new Broken(seen, todo);
}

/** @throws Broken unless the answer is this error */
export function expectError(answer: Seen, status: number, code: string, todo: string): void {
  const { json } = answer;
  const seen = `${answer.status} ${String(json['code'] ?? answer.text.slice(0, 80))}`;
  expectThat(
    answer.status === status && json['code'] === code,
    `${seen} in place of ${status} ${code}`,
    todo,
  );
}

interface Connecting {
  environment?: string;
  scope?: string;
  decision?: 'allow' | 'deny';
  /** The number of the account that the person chooses. */
  account?: string;
  keep?: boolean;
}

/** A grant, and all that belongs to it. */
export interface Granted extends ProofKey, CallbackPageData {
  state: string;
  /** Where Alpaca sent the browser, with its code. */
  callback: string;
}

/** The backend under test, and the Alpaca that it was told to use. */
export class World {
  readonly base: URL;
  readonly simulator: Simulator;
  readonly transcript = new Transcript();
  /** Alpaca's codes: no page may see one. */
  readonly codes: string[] = [];

  constructor(base: URL, simulator: Simulator) {
    this.base = base;
    this.simulator = simulator;
  }

  client(origin?: string): Client {
    return new Client(this.base, this.transcript, origin);
  }

  guest(): Client {
    return this.client(GUEST);
  }

  async start(client: Client, key: ProofKey, asked: Connecting = {}): Promise<Seen> {
    const { environment = 'paper', scope } = asked;
    const body = {
      environment,
      codeChallenge: key.codeChallenge,
      origin: client.origin,
      ...(scope !== undefined && { scope }),
    };
    return client.callAsPopup('/attempts', body);
  }

  /** What a person does at Alpaca. Returns where it sends them. */
  async decide(authorizationUrl: string, { decision = 'allow', account }: Connecting = {}): Promise<string> {
    const page = await (await fetch(authorizationUrl)).text();
    const form = new URLSearchParams({ decision });
    for (const [, name = '', value = ''] of page.matchAll(/type="hidden" name="(\w+)" value="([^"]+)"/g))
      form.set(name, value);
    for (const [, name = '', value = '', checked = '', number] of page.matchAll(
      /type="radio" name="(\w+)" value="([^"]*)" ?(checked)?[^>]*>\s*<span>[^<]*<small>(\w+)</g,
    )) {
      if (account === undefined ? checked !== '' : number === account) form.set(name, value);
    }
    const target = new URL('/oauth/authorize', authorizationUrl);
    const answer = await fetch(target, { method: 'POST', body: form, redirect: 'manual' });
    const callback = answer.headers.get('location') ?? '';
    const code = URL.canParse(callback) ? new URL(callback).searchParams.get('code') : null;
    if (code) this.codes.push(code);
    return callback;
  }

  /** Everything up to the grant. @throws Broken where the flow does not get there */
  async grant(client: Client, asked: Connecting = {}): Promise<Granted> {
    const key = proofKey();
    const started = await this.start(client, key, asked);
    const todo = 'Answer POST /attempts with {authorizationUrl, state}.';
    expectThat(
      started.status === 200,
      `POST /attempts: ${started.status} ${started.text.slice(0, 120)}`,
      todo,
    );
    const callback = await this.decide(String(started.json['authorizationUrl']), asked);
    const data = pageData(await client.navigate(callback));
    expectThat(data?.grant, 'a callback page without a grant', 'Write CallbackPageData into the page.');
    return { ...key, ...data, state: String(started.json['state']), callback };
  }

  exchange(
    client: Client,
    { grant, codeVerifier }: Pick<Granted, 'grant' | 'codeVerifier'>,
    keep?: boolean,
  ): Promise<Seen> {
    const body = { code: grant, codeVerifier, ...(keep !== undefined && { keep }) };
    return client.call('/connections', { method: 'POST', body });
  }

  /** The whole flow, and the look that the widget takes after it. */
  async connect(client: Client, asked: Connecting = {}): Promise<Seen> {
    const answer = await this.exchange(client, await this.grant(client, asked), asked.keep);
    const todo = 'Answer POST /connections with 201 and the connection.';
    expectThat(
      answer.status === 201,
      `POST /connections: ${answer.status} ${answer.text.slice(0, 120)}`,
      todo,
    );
    await client.call('/connections');
    return answer;
  }

  /** How many requests reached Alpaca's APIs or its token endpoint during something. */
  async hitsDuring(doing: () => Promise<unknown>): Promise<number> {
    const before = this.#hits();
    await doing();
    return this.#hits() - before;
  }

  #hits(): number {
    return this.simulator.control.requests.filter(
      ({ path }) => path === '/oauth/token' || /^\/(?:paper|live|data)\/(?!stream$)/.test(path),
    ).length;
  }
}

/** What the backend wrote into a page of the popup. */
export function pageData({ text }: Seen): CallbackPageData | undefined {
  const data = /id="alpaca-connect-data">(.*?)<\/script>/.exec(text)?.[1];
  return data === undefined ? undefined : (JSON.parse(data) as CallbackPageData);
}

/** Waits until something holds, for at most `limit` milliseconds. Returns whether it does. */
export async function within(limit: number, holds: () => boolean): Promise<boolean> {
  for (const end = performance.now() + limit; performance.now() < end; ) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return holds();
}
