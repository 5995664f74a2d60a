import type { Api, Environment } from '../../server/contract.ts';
import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import type { Account, Bar, Clock, Order, PortfolioHistory, Position, Snapshot } from './alpaca-answers.ts';
import type { OrderDraft } from './order-draft.ts';
import { Refusal } from './refusal.ts';

/** Milliseconds. Longer than the server waits for Alpaca, so that its own answer comes first. */
const LONGEST_WAIT = 60_000;
/** The one feed of stock prices that every account may read. */
const FEED = 'iex';

/** How the page reaches Alpaca: through the element, and that through the server, which keeps the token. */
export type ConnectFetch = AlpacaConnectElement['fetch'];

/**
 * Everything a desk asks of Alpaca, in its one environment: an order of the paper desk cannot reach the live account.
 * Every method rejects with `Refusal` when the answer is no, and with another error when there was no answer.
 */
export class TradingAccount {
  readonly environment: Environment;
  readonly #fetch: ConnectFetch;
  readonly #signal: AbortSignal;

  /** @param signal ends every request that is under way */
  constructor(environment: Environment, fetch: ConnectFetch, signal: AbortSignal) {
    this.environment = environment;
    this.#fetch = fetch;
    this.#signal = signal;
  }

  account(): Promise<Account> {
    return this.#read(this.environment, '/v2/account');
  }

  positions(): Promise<Position[]> {
    return this.#read(this.environment, '/v2/positions');
  }

  /** The open orders, and the finished ones that were placed last. */
  async orders(): Promise<Order[]> {
    const lists = await Promise.all([
      this.#read<Order[]>(this.environment, '/v2/orders?status=open&limit=500'),
      this.#read<Order[]>(this.environment, '/v2/orders?status=closed&limit=20'),
    ]);
    return lists.flat();
  }

  orderOfClient(clientOrderId: string): Promise<Order> {
    const query = new URLSearchParams({ client_order_id: clientOrderId });
    return this.#read(this.environment, `/v2/orders:by_client_order_id?${query}`);
  }

  clock(): Promise<Clock> {
    return this.#read(this.environment, '/v2/clock');
  }

  /** @param period for example `1M`; @param timeframe of each step, for example `1D` */
  portfolioHistory(period: string, timeframe: string): Promise<PortfolioHistory> {
    const query = new URLSearchParams({ period, timeframe });
    return this.#read(this.environment, `/v2/account/portfolio/history?${query}`);
  }

  /** Latest trade and quote of each symbol. Alpaca leaves out what it does not know. */
  snapshots(symbols: readonly string[]): Promise<Record<string, Snapshot>> {
    const query = new URLSearchParams({ symbols: symbols.join(','), feed: FEED });
    return this.#read('data', `/v2/stocks/snapshots?${query}`);
  }

  /** Bars since a moment, oldest first. @param timeframe of each bar, for example `5Min` */
  async bars(symbol: string, timeframe: string, since: Date): Promise<Bar[]> {
    const start = since.toISOString();
    const query = new URLSearchParams({ timeframe, start, limit: '10000', adjustment: 'split', feed: FEED });
    const path = `/v2/stocks/${encodeURIComponent(symbol)}/bars?${query}`;
    const { bars } = await this.#read<{ bars: Bar[] | null }>('data', path);
    return bars ?? [];
  }

  async placeOrder(draft: OrderDraft, clientOrderId: string): Promise<Order> {
    const response = await this.#send(this.environment, '/v2/orders', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...draft, client_order_id: clientOrderId }),
    });
    return response.json();
  }

  async cancelOrder(id: string): Promise<void> {
    await this.#send(this.environment, `/v2/orders/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  async #read<Answer>(api: Api, path: string): Promise<Answer> {
    const response = await this.#send(api, path);
    return response.json();
  }

  async #send(api: Api, path: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(LONGEST_WAIT)]);
    const response = await this.#fetch(api, path, { ...init, signal });
    if (!response.ok) throw await Refusal.of(response);
    return response;
  }
}
