import type { ServerConnection } from '../server/index.ts';
import { bearer } from '../server/proxy/upstream-request.ts';

/** What it did, for the person who comes back. No account number in full. */
export interface Entry {
  /** ISO 8601, UTC. */
  at: string;
  /** `••ESK1`. */
  account: string;
  text: string;
}

const SYMBOL = 'SPY';
/** The share of the account's worth that is to be in it. */
const TARGET = 0.25;
/** How far it may be off before anything is done. */
const BAND = 0.02;
const MOST_ENTRIES = 20;
const MINUTE = 60_000;

/**
 * An example of an app that acts while the person is away: it brings a quarter of each paper account into one fund, and keeps it there.
 * It is no advice. Nothing of a token stays here: the connections are asked for anew each time.
 */
export class Rebalancer {
  readonly #connections: () => Promise<readonly ServerConnection[]>;
  readonly #entries: Entry[] = [];

  /** @param connections Those that may be used while nobody is there. */
  constructor(connections: () => Promise<readonly ServerConnection[]>) {
    this.#connections = connections;
  }

  /** The latest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Runs once a minute until `signal` ends it. */
  start(signal: AbortSignal): void {
    const timer = setInterval(() => void this.run().catch(() => {}), MINUTE);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  /** Looks at each account once. One that fails does not keep the others from theirs. */
  async run(): Promise<void> {
    const paper = (await this.#connections()).filter(({ connection }) => connection.environment === 'paper');
    await Promise.all(
      paper.map((each) =>
        this.#rebalance(each).catch((error: unknown) =>
          this.#note(each, `It did not work: ${textOf(error)}`),
        ),
      ),
    );
  }

  async #rebalance(account: ServerConnection): Promise<void> {
    const [{ equity }, position, working] = await Promise.all([
      get<{ equity: string }>(account, '/v2/account'),
      get<{ qty: string; current_price: string } | undefined>(account, `/v2/positions/${SYMBOL}`),
      get<unknown[]>(account, `/v2/orders?status=open&symbols=${SYMBOL}`),
    ]);
    // What the last order does is not known before it is filled.
    if (working.length > 0) return;
    const price = Number(position?.current_price ?? (await priceOf(account)));
    const held = Number(position?.qty ?? 0) * price;
    const share = held / Number(equity);
    if (Math.abs(share - TARGET) <= BAND) return;
    const shares = Math.floor(Math.abs(TARGET * Number(equity) - held) / price);
    if (shares === 0) return;
    const side = share < TARGET ? 'buy' : 'sell';
    await order(account, { symbol: SYMBOL, side, qty: String(shares) });
    const done = side === 'buy' ? 'Bought' : 'Sold';
    this.#note(
      account,
      `${done} ${shares} ${SYMBOL}: it was ${percent(share)} of the account, ${percent(TARGET)} is the aim.`,
    );
  }

  #note({ connection }: ServerConnection, text: string): void {
    const account = `••${connection.account.number.slice(-4)}`;
    const latest = this.#entries.find((entry) => entry.account === account);
    // What fails once a minute is worth one line.
    if (latest?.text === text) return;
    this.#entries.unshift({ at: new Date().toISOString(), account, text });
    this.#entries.splice(MOST_ENTRIES);
  }
}

async function priceOf(account: ServerConnection): Promise<number> {
  const { trade } = await get<{ trade: { p: number } }>(
    account,
    `/v2/stocks/${SYMBOL}/trades/latest`,
    account.dataUrl,
  );
  return trade.p;
}

/** The answer's JSON; undefined for a 404. @throws Error that says what Alpaca answered */
async function get<Answer>(
  account: ServerConnection,
  path: string,
  base = account.tradingUrl,
): Promise<Answer> {
  const response = await fetch(base + path, { headers: { Authorization: bearer(account.accessToken) } });
  if (response.status === 404) return undefined as Answer;
  return (await answerOf(account, response)) as Answer;
}

/** A second try in the same minute repeats the id, so that Alpaca takes the order once. */
async function order(account: ServerConnection, what: object): Promise<void> {
  const id = `rebalance-${account.connection.id}-${Math.floor(Date.now() / MINUTE)}`;
  const response = await fetch(`${account.tradingUrl}/v2/orders`, {
    method: 'POST',
    headers: { Authorization: bearer(account.accessToken), 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...what, type: 'market', time_in_force: 'day', client_order_id: id }),
  });
  await answerOf(account, response);
}

async function answerOf(account: ServerConnection, response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  // The server then finds out whether the person took the permission back at Alpaca.
  if (response.status === 401 && (await account.markRevoked())) throw new Error('the permission has ended.');
  throw new Error(`Alpaca answered ${response.status}.`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it is not known why.';
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
