import type { Environment } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import { asConnectError } from './connect-error.ts';
import { elementSetup } from './messages/en.ts';
import { pause, retryDelay } from './retry-delay.ts';
import { stoppable } from './stoppable.ts';
import type { StreamEvent, TradeUpdatesOptions } from './trade-updates.ts';

type Client = typeof import('./trade-updates.ts');

/** One for all elements of the page. */
let loaded: Client | undefined;

/**
 * As `tradeUpdates()`, which loads with the first `next()`: for the script tag it is a file of its own, because few pages
 * listen. A server that does not answer meanwhile is a status of the stream, as later on.
 *
 * @throws TypeError for an environment that is not `paper` or `live`.
 */
export function tradeUpdatesOnDemand(
  backend: Backend,
  environment: Environment,
  { signal, ...options }: TradeUpdatesOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  if (environment !== 'paper' && environment !== 'live') throw new TypeError(elementSetup.environmentInvalid);
  return stoppable((stopped) => listen(backend, environment, { ...options, signal: stopped }), signal);
}

async function* listen(
  backend: Backend,
  environment: Environment,
  options: TradeUpdatesOptions & { signal: AbortSignal },
): AsyncGenerator<StreamEvent, void, undefined> {
  const stopped = options.signal;
  for (let failures = 0; !stopped.aborted; failures += 1) {
    yield { type: 'status', state: 'connecting' };
    loaded ??= await load(backend, stopped);
    if (loaded) {
      const events = loaded.tradeUpdates(backend, environment, options);
      // Its first event is the one that was yielded already.
      await events.next();
      return yield* events;
    }
    if (stopped.aborted) return;
    const retryIn = retryDelay(failures);
    yield { type: 'status', state: 'retrying', retryIn };
    await pause(retryIn, stopped);
  }
}

/** Asks for the file only once the server answers: some browsers never ask again for a module that they did not get. */
async function load(backend: Backend, stopped: AbortSignal): Promise<Client | undefined> {
  try {
    await backend.connections(stopped);
  } catch (thrown) {
    // A refusal is an answer; the stream will be told the reason itself.
    if (stopped.aborted || asConnectError(thrown).code === 'network') return undefined;
  }
  return import('./trade-updates.ts').catch(() => undefined);
}
