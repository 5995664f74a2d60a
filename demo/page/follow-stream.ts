import type { StreamStatus, TradeUpdate } from '../../server/contract.ts';
import type { StreamEvent } from '../../widget/trade-updates.ts';
import { pause } from './timers.ts';

/** How the stream is doing, for the person. */
export type Link =
  | { state: 'connecting' | 'open' }
  /** `retryAt` is in milliseconds since 1970. */
  | { state: 'retrying'; retryAt: number | undefined }
  | { state: 'off'; reason: string };

interface StreamListener {
  update: (update: TradeUpdate, id: string) => void;
  link: (link: Link) => void;
  /** Updates may be missing: what is known has to be asked for again. Called whenever the stream opens, too. */
  missed: () => void;
}

/** Milliseconds before a stream that ended without a reason is opened again. */
const REOPEN = 10_000;

/**
 * Listens to trade updates until `signal` ends it, or the server says that to listen again is of no use. The element
 * reconnects by itself; this opens the stream anew when even that came to an end.
 */
export async function followStream(
  open: () => AsyncIterable<StreamEvent>,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const over = await listen(open, listener, signal).catch(() => false);
    if (over || signal.aborted) return;
    listener.link({ state: 'retrying', retryAt: Date.now() + REOPEN });
    await pause(REOPEN, signal);
  }
}

/** @returns whether the server said that this is the end */
async function listen(
  open: () => AsyncIterable<StreamEvent>,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const event of open()) {
    if (signal.aborted) return true;
    if (event.type === 'end') {
      listener.link({ state: 'off', reason: event.message });
      return true;
    }
    hear(event, listener);
  }
  return false;
}

function hear(event: Exclude<StreamEvent, { type: 'end' }>, { update, link, missed }: StreamListener): void {
  if (event.type === 'update') update(event.update, event.id);
  if (event.type === 'gap') missed();
  if (event.type === 'status') {
    link(linkOf(event));
    if (event.state === 'open') missed();
  }
}

function linkOf({ state, retryIn }: StreamStatus): Link {
  if (state !== 'retrying') return { state };
  return { state, retryAt: retryIn === undefined ? undefined : Date.now() + retryIn };
}
