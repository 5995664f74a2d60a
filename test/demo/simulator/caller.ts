import { SIMULATOR_ACCOUNTS, type Simulator } from '../../../demo/simulator/index.ts';

/** The number of the first account of an environment. */
export function numberOf(environment: 'paper' | 'live'): string {
  return SIMULATOR_ACCOUNTS.find((account) => account.environment === environment)?.number ?? '';
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed JSON; undefined for an empty answer. Untyped on purpose: tests say what they expect. */
  body: unknown;
}

/** Sends one request below the simulator's URL: `'POST /paper/v2/orders'`. */
export type Caller = (line: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Calls with a token for the first paper account, with every scope unless told otherwise. */
export function callerOf(
  simulator: Simulator,
  { scope = 'account:write trading data', accountNumbers = [numberOf('paper')] } = {},
): Caller {
  return callWith(simulator, simulator.control.issueToken({ accountNumbers, scope }));
}

/** Calls with this token. */
export function callWith(simulator: Simulator, token: string): Caller {
  return async function call(line, body, headers = {}) {
    const [method = '', path = ''] = line.split(' ');
    const answer = await fetch(`${simulator.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}
