import { ConnectError } from '../connect-error.ts';

/** Fine enough to see the moment between Alpaca's page and a popup that looks closed: see `PopupClassifier`. */
const POLL_MS = 20;

/** The parts of a popup that its opener can always read, whatever origin it shows. */
type WatchedPopup = Pick<Window, 'closed' | 'length'> & Partial<Pick<Window, 'document' | 'performance'>>;

/** What becomes of a popup, told as it happens. */
interface PopupWatch {
  /** To be called when the launch page spoke. */
  heard(): void;
  /** To be called when a handshake is complete. */
  launched(): void;
  /** Resolves when the popup first looks closed, whatever that means: from then on its outcome may be on the server. */
  readonly gone: Promise<void>;
  /** Resolves when the popup turns out to live on, out of this page's reach. */
  readonly severed: Promise<void>;
  /** Never resolves; rejects with a `ConnectError` `popup_closed` or `opener_blocked`, or `network` for a page in place of ours. */
  readonly ended: Promise<never>;
  /** To be called when the outcome is there: from now on the popup may close without meaning anything by it. */
  stop(): void;
}

/**
 * Watches the popup until it is known what became of it or `signal` aborts. `closed` alone decides nothing; see `PopupClassifier`.
 *
 * @param server URL below which the server's own pages are.
 */
export function watchPopup(popup: WatchedPopup, signal: AbortSignal, server?: string): PopupWatch {
  const classifier = new PopupClassifier();
  const gone = deferred<void>();
  const severed = deferred<void>();
  const ended = deferred<never>();

  const sample = () => {
    const foreignStatus = statusInPlaceOf(popup, `${server}/`);
    if (foreignStatus) {
      stop();
      return ended.reject(new ConnectError('network', { foreignStatus }));
    }
    const state = classifier.classify({
      at: performance.now(),
      closed: popup.closed,
      frames: popup.length,
      focused: document.hasFocus(),
    });
    if (state === 'open') return;
    gone.resolve();
    if (state === 'gone') return;
    stop();
    if (state === 'severed') severed.resolve();
    else if (state === 'opener_blocked') ended.reject(new ConnectError(state));
    // Extensions close a window as soon as it opens; there, a link may do better.
    else ended.reject(new ConnectError('popup_closed', heard ? {} : { message: 'no_window' }));
  };
  let heard = false;
  const timer = setInterval(sample, POLL_MS);
  const stop = () => clearInterval(timer);
  signal.addEventListener('abort', stop, { once: true });

  return {
    heard: () => {
      heard = true;
      classifier.heard();
    },
    launched: () => classifier.launched(),
    gone: gone.promise,
    severed: severed.promise,
    ended: ended.promise,
    stop,
  };
}

/**
 * The HTTP status of a page that the popup shows at an address of the server, and that is none of the server's: one of an edge, or
 * of a service worker that answers every navigation with the site's own page. Undefined where there is none, or where page and
 * server are of two origins, so that it cannot be seen. A question mark where the browser does not tell.
 */
function statusInPlaceOf(popup: WatchedPopup, server: string): string | undefined {
  try {
    const { document, performance } = popup as Window;
    const { readyState, URL } = document;
    const ours = readyState !== 'complete' || !URL.startsWith(server) || document.getElementById('message');
    if (ours) return undefined;
    const [navigation] = performance.getEntriesByType('navigation');
    return String((navigation as PerformanceNavigationTiming | undefined)?.responseStatus || '?');
  } catch {
    return undefined;
  }
}

/** A promise together with what settles it. */
interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Makes a `Deferred`, as `Promise.withResolvers()` does from Node 22 and Safari 17.4 on. A rejection that nobody awaits
 * stays silent.
 */
export function deferred<T>(): Deferred<T> {
  let resolve!: Deferred<T>['resolve'];
  let reject!: Deferred<T>['reject'];
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** What can be seen of the popup at one moment. */
export interface PopupSample {
  /** Milliseconds on any steady clock. */
  at: number;
  /** `popup.closed`: true after a real close, and also once a provider's COOP header cut the popup off. */
  closed: boolean;
  /** `popup.length`. The launch page holds exactly one frame, as a marker of its own. */
  frames: number;
  /** `document.hasFocus()` of the page. */
  focused: boolean;
}

/**
 * - `open`: the popup is there.
 * - `gone`: it looks closed; too early to say what that means.
 * - `severed`: it lives on, but out of reach. Its outcome comes through the server.
 * - `closed`: the person closed it.
 * - `opener_blocked`: this page's own COOP header cut it off before the handshake.
 */
type PopupState = 'open' | 'gone' | 'severed' | 'closed' | 'opener_blocked';

/** A real close hands the focus back within about 60 ms; a machine under load takes its time. */
const FOCUS_RETURN_MS = 1_000;
/** How long "closed, and the page has the focus" has to hold before it counts as closed by the person. */
const STABLE_MS = 800;
/** How long the launch page's frame has to be gone: Chromium drops it up to 28 ms (36 runs) before a severing navigation shows. */
const COMMITTED_MS = 60;

/**
 * Decides what a popup that looks closed means. `closed` alone says nothing, because a provider that sends
 * Cross-Origin-Opener-Policy flips it while the person is still logging in; the page's focus tells the two apart.
 * Where the focus tells nothing (it never left the page, as in headless browsers), the navigation that `closed` came
 * with does: a popup that showed the provider's page in full and then flips was closed, one that flips on the way was cut off.
 */
export class PopupClassifier {
  #heard = false;
  #launched = false;
  #focusTells = false;
  #framelessSince: number | undefined;
  #committed = false;
  #goneSince: number | undefined;
  #focusedSince: number | undefined;

  /** The launch page spoke: this page and its popup can reach each other. */
  heard(): void {
    this.#heard = true;
  }

  /** A handshake is complete: the next navigation is the one to the provider. */
  launched(): void {
    this.#launched = true;
    this.#committed = false;
  }

  /** Takes one more sample. A state other than `open` and `gone` is final: take no further sample. */
  classify(sample: PopupSample): PopupState {
    if (!sample.focused) this.#focusTells = true;
    return sample.closed ? this.#classifyGone(sample) : this.#classifyOpen(sample);
  }

  #classifyOpen({ at, frames }: PopupSample): PopupState {
    this.#framelessSince = this.#launched && frames !== 1 ? (this.#framelessSince ?? at) : undefined;
    if (this.#framelessSince !== undefined && at - this.#framelessSince >= COMMITTED_MS)
      this.#committed = true;
    return 'open';
  }

  #classifyGone({ at, focused }: PopupSample): PopupState {
    this.#goneSince ??= at;
    this.#focusedSince = focused ? (this.#focusedSince ?? at) : undefined;
    const mayBeClosed = this.#focusTells || !this.#launched || this.#committed;
    if (!mayBeClosed) return 'severed';
    if (this.#focusedSince !== undefined) return at - this.#focusedSince >= STABLE_MS ? 'closed' : 'gone';
    if (at - this.#goneSince < FOCUS_RETURN_MS) return 'gone';
    return this.#heard ? 'severed' : 'opener_blocked';
  }
}
