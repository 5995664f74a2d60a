import { findPart, writePart } from './find-part.ts';
import type { Link } from './follow-stream.ts';

/** Milliseconds without the stream after which a desk asks for its orders by itself. */
const PATIENCE = 10_000;
/** Milliseconds between two such questions. */
export const ASK_EVERY = 5_000;

/** Knows how the stream is doing, and shows it. */
export class StreamLink {
  readonly #pill: HTMLElement;
  #link: Link = { state: 'connecting' };
  #lastOpen = Date.now();

  constructor(root: ParentNode, signal: AbortSignal) {
    this.#pill = findPart(root, 'stream');
    const ticking = setInterval(() => this.#show(), 1_000);
    signal.addEventListener('abort', () => clearInterval(ticking), { once: true });
    this.#show();
  }

  get isOpen(): boolean {
    return this.#link.state === 'open';
  }

  /** Whether orders have to be asked for, because the stream has been silent for long or will not speak again. */
  get isDown(): boolean {
    if (this.isOpen) return false;
    return this.#link.state === 'off' || Date.now() - this.#lastOpen > PATIENCE;
  }

  set(link: Link): void {
    if (this.isOpen) this.#lastOpen = Date.now();
    this.#link = link;
    this.#show();
  }

  #show(): void {
    this.#pill.dataset['state'] = this.#link.state;
    writePart(this.#pill, 'stream-state', describeLink(this.#link, this.isDown, Date.now()));
    this.#pill.title = this.#link.state === 'off' ? this.#link.reason : '';
  }
}

/** `Streaming`, `Reconnecting in 3 s`, `Stream off · asking every 5 s`. Not `live`: that is another kind of account. */
export function describeLink(link: Link, isDown: boolean, now: number): string {
  if (link.state === 'open') return 'Streaming';
  const asking = isDown ? ` · asking every ${ASK_EVERY / 1_000} s` : '';
  if (link.state === 'retrying') return `Reconnecting${describeWait(link.retryAt, now)}${asking}`;
  return `${link.state === 'off' ? 'Stream off' : 'Connecting the stream'}${asking}`;
}

function describeWait(until: number | undefined, now: number): string {
  const seconds = until === undefined ? 0 : Math.ceil((until - now) / 1_000);
  return seconds > 0 ? ` in ${seconds} s` : '';
}
