import { ConnectError } from './connect-error.ts';
import { deferred } from './deferred.ts';
import { PopupVerdict } from './popup-verdict.ts';

/** Fine enough to see the moment between Alpaca's page and a popup that looks closed: see `PopupVerdict`. */
const POLL_MS = 20;

/** The parts of a popup that its opener can always read, whatever origin it shows. */
export type WatchedPopup = Pick<Window, 'closed' | 'length'>;

/** What becomes of a popup, told as it happens. */
export interface PopupWatch {
  /** To be called when the launch page spoke. */
  heard(): void;
  /** To be called when the handshake is complete. */
  launched(): void;
  /** Resolves when the popup first looks closed, whatever that means: from then on its outcome may be on the server. */
  readonly gone: Promise<void>;
  /** Resolves when the popup turns out to live on, out of this page's reach. */
  readonly severed: Promise<void>;
  /** Never resolves; rejects with a `ConnectError` `popup_closed` or `opener_blocked`. */
  readonly ended: Promise<never>;
  /** To be called when the outcome is there: from now on the popup may close without meaning anything by it. */
  stop(): void;
}

/** Watches the popup until its fate is known or `signal` aborts. `closed` alone decides nothing; see `PopupVerdict`. */
export function watchPopup(popup: WatchedPopup, signal: AbortSignal): PopupWatch {
  const verdict = new PopupVerdict();
  const gone = deferred<void>();
  const severed = deferred<void>();
  const ended = deferred<never>();

  const look = () => {
    const now = verdict.look({
      at: performance.now(),
      closed: popup.closed,
      frames: popup.length,
      focused: document.hasFocus(),
    });
    if (now === 'open') return;
    gone.resolve();
    if (now === 'gone') return;
    stop();
    if (now === 'severed') severed.resolve();
    else ended.reject(new ConnectError(now === 'closed' ? 'popup_closed' : 'opener_blocked'));
  };
  const timer = setInterval(look, POLL_MS);
  const stop = () => clearInterval(timer);
  signal.addEventListener('abort', stop, { once: true });

  return {
    heard: () => verdict.heard(),
    launched: () => verdict.launched(),
    gone: gone.promise,
    severed: severed.promise,
    ended: ended.promise,
    stop,
  };
}
