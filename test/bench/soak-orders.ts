import { type Control, SIMULATOR_ACCOUNTS, type Simulator } from '../../demo/simulator/index.ts';
import type { SoakTally } from './soak-tally.ts';

interface AlpacaOrder {
  id: string;
  client_order_id: string;
  submitted_at: string;
}

const MOST_ORDERS = 500;

/** How many orders of a soak test fared so. */
export interface OrderVerdict {
  /** Acknowledged, but not at Alpaca. */
  lost: number;
  /** At Alpaca, but sent by nobody. */
  invented: number;
  /** Abandoned, and at Alpaca nevertheless: no fault. */
  arrived: number;
}

/** Compares what people know with what Alpaca has. @param since Milliseconds since 1970, before the first order */
export async function judgeOrders(
  { sent, acknowledged, abandoned }: SoakTally,
  simulator: Simulator,
  since: number,
): Promise<OrderVerdict> {
  const atAlpaca = await ordersSince(simulator, since);
  return {
    lost: [...acknowledged].filter((id) => !atAlpaca.has(id)).length,
    invented: [...atAlpaca].filter((id) => !sent.has(id)).length,
    arrived: [...abandoned].filter((id) => atAlpaca.has(id)).length,
  };
}

/**
 * How many orders have reached Alpaca a second time since this was asked before: nobody uses a `client_order_id` twice,
 * and for that alone Alpaca answers 422 here. Forgets the requests seen, of which the simulator keeps only the latest.
 */
export function countDoubles({ log }: Control): number {
  const doubles = log.requests.filter(
    ({ method, path, status }) => method === 'POST' && path === '/paper/v2/orders' && status === 422,
  );
  log.clear();
  return doubles.length;
}

/** The `client_order_id` of each order of all paper accounts. */
async function ordersSince(simulator: Simulator, since: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { environment, number } of SIMULATOR_ACCOUNTS) {
    if (environment !== 'paper') continue;
    const token = simulator.control.issueToken({ accountNumbers: [number], scope: '' });
    let after = since;
    let before = -1;
    while (found.size > before) {
      before = found.size;
      const page = await pageOfOrders(simulator, token, after);
      for (const { client_order_id: id } of page) found.add(id);
      // Again with those of the last millisecond, which may go on in the next page.
      after = Date.parse(page.at(-1)?.submitted_at ?? '') - 1;
    }
  }
  return found;
}

async function pageOfOrders({ paperUrl }: Simulator, token: string, after: number): Promise<AlpacaOrder[]> {
  const query = `status=all&direction=asc&limit=${MOST_ORDERS}&after=${new Date(after).toISOString()}`;
  const answer = await fetch(`${paperUrl}/v2/orders?${query}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return (await answer.json()) as AlpacaOrder[];
}
