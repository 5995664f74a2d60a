import type { Environment } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import * as setup from './messages/setup.ts';
import { retryDelay } from './retry-delay.ts';
import { pause, stoppable } from './stoppable.ts';
import { type Listening, streamConnection } from './stream-connection.ts';
import type { StreamEvent } from './stream-event.ts';

/** A page may hold a connect.js from before an upgrade of the server, which takes this from the same file. */
export { streamedEvents } from './streamed-events.ts';

/** How to listen. */
export interface TradeUpdatesOptions {
  /** Ends the stream without a word, as `break` does. */
  signal?: AbortSignal;
  /** Called just before the `end` is yielded. */
  onEnd?: () => void;
}

/**
 * The trade updates of the account that is connected in `environment`, from the first `next()` on. Reads no faster than the
 * events are taken. When the line to the server breaks, it says so, connects again and goes on after the last event. What the
 * network or the server does becomes an event, never an exception.
 *
 * @throws TypeError for an environment that is not `paper` or `live`.
 */
export function tradeUpdates(
  backend: Backend,
  environment: Environment,
  { signal, onEnd }: TradeUpdatesOptions = {},
): AsyncGenerator<StreamEvent, void, undefined> {
  if (environment !== 'paper' && environment !== 'live') throw new TypeError(setup.environmentInvalid);
  return stoppable(
    (stopped) => listen({ backend, environment, stopped, failures: 0, retryAfter: null }, onEnd),
    signal,
  );
}

async function* listen(
  listening: Listening,
  onEnd?: () => void,
): AsyncGenerator<StreamEvent, void, undefined> {
  while (!listening.stopped.aborted) {
    yield { type: 'status', state: 'connecting' };
    for await (const event of streamConnection(listening)) {
      // Of what arrived together, some may be left.
      if (listening.stopped.aborted) return;
      if (event.type === 'end') onEnd?.();
      yield event;
      if (event.type === 'end') return;
    }
    if (listening.stopped.aborted) return;
    const retryIn = retryDelay(listening.failures, listening.retryAfter);
    yield { type: 'status', state: 'retrying', retryIn };
    await pause(retryIn, listening.stopped);
  }
}
