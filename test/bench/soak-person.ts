import { randomUUID } from 'node:crypto';
import { SoakBrowser, type SoakBrowserOptions } from './soak-browser.ts';

/** In one visit, without coming and going. */
const ACTS = 25;
const MOST_STREAMS = 3;

const READS = [
  '/paper/v2/account',
  '/paper/v2/positions',
  '/paper/v2/orders?status=open',
  '/paper/v2/clock',
  '/paper/v2/assets/AAPL',
  '/data/v2/stocks/snapshots?symbols=AAPL,MSFT',
];

/** Half a megabyte after a while, so that who gives up on it does so in the middle. */
const LONG_READ = '/paper/v2/orders?status=all&limit=500';

/** Fills at once. What is bought is sold again, so that the account runs out of neither shares nor money. */
const FILLS = { symbol: 'AAPL', qty: '0.01', type: 'market', time_in_force: 'day' };

/** Rests until it is cancelled. */
const RESTS = { symbol: 'KO', qty: '1', side: 'buy', type: 'limit', limit_price: '1', time_in_force: 'day' };

export interface SoakPersonOptions extends SoakBrowserOptions {
  /** Aborted when everybody is to leave. */
  over: AbortSignal;
}

/**
 * Somebody who comes again and again: connects, listens, looks, trades, gives up halfway, attacks, disconnects. Resolves
 * when everybody is to leave and this person has. Never rejects: what goes wrong is tallied.
 */
export async function soakPerson(options: SoakPersonOptions): Promise<void> {
  const { tally, over } = options;
  while (!over.aborted) {
    const browser = new SoakBrowser(options);
    await visit(browser, options).catch((error: unknown) => tally.fail(error));
    await browser.disconnect().catch((error: unknown) => tally.fail(error));
  }
}

async function visit(browser: SoakBrowser, options: SoakPersonOptions): Promise<void> {
  await browser.connect();
  const streams = 1 + Math.floor(Math.random() * MOST_STREAMS);
  for (let stream = 0; stream < streams; stream += 1) await browser.listen();
  for (let act = 0; act < ACTS && !options.over.aborted; act += 1) await actOnce(browser, options);
}

/** Orders are few: each becomes several events, and each event goes to everybody who listens. */
async function actOnce(browser: SoakBrowser, options: SoakPersonOptions): Promise<void> {
  const dice = Math.random();
  if (dice < 0.03) await place(browser, options, FILLS);
  else if (dice < 0.06) await placeAndCancel(browser, options);
  else if (dice < 0.08) await abandonOrder(browser, options);
  else if (dice < 0.12) await browser.abandon(LONG_READ);
  else if (dice < 0.16) await listenElsewhere(browser);
  else if (dice < 0.26) await browser.attack();
  else if (dice < 0.34) await browser.ask('/connections');
  else await browser.ask(READS[Math.floor(Math.random() * READS.length)] ?? '');
}

/** Resolves to Alpaca's id of the order. */
async function place(browser: SoakBrowser, { tally }: SoakPersonOptions, order: object): Promise<string> {
  const body = newOrder(tally.sent, order);
  const { id } = (await browser.ask('/paper/v2/orders', { method: 'POST', body })) as { id: string };
  tally.acknowledged.add(body.client_order_id);
  return id;
}

async function placeAndCancel(browser: SoakBrowser, options: SoakPersonOptions): Promise<void> {
  const path = `/paper/v2/orders/${await place(browser, options, RESTS)}`;
  await browser.ask(path, { method: 'DELETE', status: 204 });
  const { status } = (await browser.ask(path)) as { status: string };
  if (status !== 'canceled') throw new Error(`a cancelled order is ${status}`);
}

async function abandonOrder(browser: SoakBrowser, { tally }: SoakPersonOptions): Promise<void> {
  const body = newOrder(tally.sent, FILLS);
  tally.abandoned.add(body.client_order_id);
  await browser.abandon('/paper/v2/orders', { method: 'POST', body });
}

/** Bought and sold in turns, unless `order` says which. */
function newOrder(sent: Set<string>, order: object) {
  const ours = { side: sent.size % 2 === 0 ? 'buy' : 'sell', client_order_id: randomUUID() };
  sent.add(ours.client_order_id);
  return { ...ours, ...order };
}

async function listenElsewhere(browser: SoakBrowser): Promise<void> {
  await browser.hangUp();
  await browser.listen();
}
