import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import type { Account, Clock, LatestQuote, Order, Position } from './alpaca-answers.ts';
import type { OrderDraft } from './order-draft.ts';
import { Refusal } from './refusal.ts';

/** Milliseconds. Longer than the server waits for Alpaca, so that its own answer comes first. */
const LONGEST_WAIT = 60_000;

/** How the page reaches Alpaca: through the element, and that through the server, which keeps the token. */
export type ConnectFetch = AlpacaConnectElement['fetch'];

/**
 * Everything this page asks of Alpaca. Orders go to the paper environment and to no other.
 * Every method rejects with `Refusal` when the answer is no, and with another error when there was no answer.
 */
export class PaperAccount {
  readonly #fetch: ConnectFetch;
  readonly #signal: AbortSignal;

  /** @param signal ends every request that is under way */
  constructor(fetch: ConnectFetch, signal: AbortSignal) {
    this.#fetch = fetch;
    this.#signal = signal;
  }

  account(): Promise<Account> {
    return this.#read('paper', '/v2/account');
  }

  positions(): Promise<Position[]> {
    return this.#read('paper', '/v2/positions');
  }

  openOrders(): Promise<Order[]> {
    return this.#read('paper', '/v2/orders?status=open&limit=100');
  }

  order(id: string): Promise<Order> {
    return this.#read('paper', `/v2/orders/${encodeURIComponent(id)}`);
  }

  orderOfClient(clientOrderId: string): Promise<Order> {
    const query = new URLSearchParams({ client_order_id: clientOrderId });
    return this.#read('paper', `/v2/orders:by_client_order_id?${query}`);
  }

  clock(): Promise<Clock> {
    return this.#read('paper', '/v2/clock');
  }

  latestQuote(symbol: string): Promise<LatestQuote> {
    return this.#read('data', `/v2/stocks/${encodeURIComponent(symbol)}/quotes/latest`);
  }

  async placeOrder(draft: OrderDraft, clientOrderId: string): Promise<Order> {
    const response = await this.#send('paper', '/v2/orders', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...draft, client_order_id: clientOrderId }),
    });
    return response.json();
  }

  async cancelOrder(id: string): Promise<void> {
    await this.#send('paper', `/v2/orders/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  async #read<Answer>(api: 'paper' | 'data', path: string): Promise<Answer> {
    const response = await this.#send(api, path);
    return response.json();
  }

  async #send(api: 'paper' | 'data', path: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(LONGEST_WAIT)]);
    const response = await this.#fetch(api, path, { ...init, signal });
    if (!response.ok) throw await Refusal.of(response);
    return response;
  }
}
