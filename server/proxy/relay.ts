import { Agent } from 'undici';
import type { Deadlines } from './deadlines.ts';
import { type Exchange, type Outcome, RelayedExchange } from './relayed-exchange.ts';
import type { UpstreamBase } from './upstream-request.ts';

/** Connections to one of Alpaca's hosts that calls share. Event streams have their own, so that they starve no call. */
export const POOL_SIZE = 128;

/** The one owner of connections to Alpaca's REST APIs. */
export interface Relay {
  /**
   * Streams one exchange. Resolves when it is over, whatever its end.
   *
   * @throws PublicError 413, 502 or 504 when nothing was sent to the page yet
   */
  send(exchange: Exchange): Promise<Outcome>;
  /**
   * Sends a harmless request through the pool that calls use, so that it also notices a pool that hangs.
   *
   * @throws Error when no answer comes in time
   */
  probe(base: UpstreamBase): Promise<void>;
  /** Cuts whatever is under way. Drain the HTTP server before. */
  close(): Promise<void>;
}

/** Opens the pools. Nothing is connected before the first call. */
export function createRelay(deadlines: Deadlines): Relay {
  const connect = { timeout: deadlines.connect };
  const calls = new Agent({ connect, connections: POOL_SIZE });
  const streams = new Agent({ connect });

  function send(exchange: Exchange): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const dispatcher = exchange.events ? streams : calls;
      new RelayedExchange(exchange, dispatcher, deadlines, { resolve, reject }).start();
    });
  }

  async function probe({ origin, prefix }: UpstreamBase): Promise<void> {
    const signal = AbortSignal.timeout(deadlines.connect + deadlines.headers);
    const { body } = await calls.request({ origin, path: `${prefix}/`, method: 'HEAD', signal });
    await body.dump();
  }

  async function close(): Promise<void> {
    await Promise.all([calls.destroy(), streams.destroy()]);
  }

  return { send, probe, close };
}
