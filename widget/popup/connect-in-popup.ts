import { generateRandomNonce } from 'oauth4webapi';
import type { RequestedEnvironment } from '../../server/contract.ts';
import { type Backend, type Connected, exchangeGrant } from '../backend.ts';
import { canRedirect } from '../choose-way.ts';
import { ConnectError } from '../connect-error.ts';
import { setup } from '../messages/en.ts';
import { disclosureHash, type ProofKey } from '../pkce.ts';
import { launchHandshake, linkedPopup } from './launch-handshake.ts';
import { receiveGrant } from './receive-grant.ts';
import { deferred, watchPopup } from './watch-popup.ts';

/** As long as the server keeps an attempt open. */
const LIFETIME_MS = 10 * 60_000;
/** A page that failed to load, or one that a service worker put in the place of ours, never speaks. */
const LAUNCHED_WITHIN_MS = 15_000;
const WIDTH = 520;
const HEIGHT = 760;

/**
 * How far an attempt is. `severed`: the popup lives on, but Alpaca's page put it out of reach, so it can be neither
 * shown nor seen to close; offer to cancel.
 */
export type ConnectProgress = 'opening' | 'waiting' | 'severed' | 'finishing';

/** What to connect, and whom to tell. */
export interface ConnectRequest {
  backend: Backend;
  /** Through whom: the id of one of the server's `providers`. Default: Alpaca itself. */
  provider?: string | undefined;
  environment: RequestedEnvironment;
  /** Space-delimited. Omitted: every scope the server offers. Empty: read-only. */
  scope?: string;
  /**
   * For how many days the app may act while the person is away, at most `awayDays` of the server. Only after they agreed to a sentence
   * that says so, with the date. Omitted: not at all.
   */
  away?: number | undefined;
  /** From `prepareProofKey()`, for this attempt alone. */
  proofKey: Promise<ProofKey>;
  /** The text that the person agreed to before. The server logs its hash. */
  disclosure?: string | undefined;
  /** Whether the account stands beside others of its environment. Otherwise it takes their place. */
  keep?: boolean | undefined;
  /** Cancels the attempt, also when it only listens for a late outcome. */
  signal?: AbortSignal;
  onProgress?: (progress: ConnectProgress) => void;
  /**
   * A popup that looked closed may still succeed, until the next attempt or for ten minutes. Told after the promise
   * was rejected with `popup_closed`.
   */
  onLateConnection?: (connected: Connected) => void;
}

/** One page has one attempt, however many buttons it has. */
let current: Attempt | undefined;

interface Attempt {
  /** Undefined while a link opens it. */
  popup: Window | undefined;
  scope: AttemptScope;
  connected?: Promise<Connected>;
  /** The grant is there: nothing is left to do in the popup. */
  isFinishing?: boolean;
}

/**
 * Brings the popup of the running attempt to the front, unless it has done its part. Undefined when there is no attempt, or
 * when its popup is out of reach.
 */
export function showOpenPopup(): Promise<Connected> | undefined {
  if (!current?.isFinishing) {
    if (!current?.popup || current.popup.closed) return undefined;
    current.popup.focus();
  }
  return current.connected;
}

/**
 * Connects an account in a popup. Call it synchronously from a click: the popup opens before this returns. While an
 * earlier popup is open it is shown instead, and its promise returned; one that is out of reach is given up.
 *
 * @param way `link`: a link to the launch page, with `rel="opener"`, is being followed and opens the popup.
 * @throws ConnectError (as a rejection) with the reason and the next step.
 */
export function connectInPopup(request: ConnectRequest, way: 'popup' | 'link' = 'popup'): Promise<Connected> {
  const shown = showOpenPopup();
  if (shown) return shown;
  if (request.signal?.aborted) return Promise.reject(new ConnectError('cancelled'));
  current?.scope.end();
  const popup = way === 'link' ? undefined : openPopup(request.backend.launchUrl(location.origin));
  if (popup === null) return Promise.reject(popupBlocked());

  const scope = attemptScope(request.signal);
  const attempt: Attempt = { popup, scope };
  const connected = followAttempt(request, attempt);
  attempt.connected = connected;
  current = attempt;
  scope.signal.addEventListener('abort', () => {
    attempt.popup?.close();
    if (current === attempt) current = undefined;
  });
  connected.then(
    () => scope.end(),
    (error: unknown) => isPopupClosed(error) || scope.end(),
  );
  return connected;
}

/** The story of one attempt. */
async function followAttempt(request: ConnectRequest, self: Attempt): Promise<Connected> {
  const { backend, provider, environment } = request;
  const { scope } = self;
  const { signal } = scope;
  const tell = (progress: ConnectProgress) => request.onProgress?.(progress);

  tell('opening');
  const silence = setTimeout(
    () => scope.end(new ConnectError('timeout', { message: 'no_window' })),
    LAUNCHED_WITHIN_MS,
  );
  signal.addEventListener('abort', () => clearTimeout(silence));
  const popup = self.popup ?? (await Promise.race([linkedPopup(backend.origin, signal), scope.ended]));
  self.popup = popup;
  const peer = { window: popup, origin: backend.origin };

  const watch = watchPopup(popup, signal, backend.url);
  const ended = Promise.race([watch.ended, scope.ended]);
  void watch.severed.then(() => tell('severed'));
  const { codeVerifier, codeChallenge } = await Promise.race([request.proofKey, ended]);

  const wanted = {
    provider,
    environment,
    codeChallenge,
    scope: request.scope,
    away: request.away,
    disclosure: await disclosureHash(request.disclosure),
  };
  const grant = deferred<string>();
  const onStarted = (attempt: string) => {
    clearTimeout(silence);
    watch.launched();
    tell('waiting');
    const awaited = { popup: peer, backend, attempt, codeVerifier, gone: watch.gone };
    receiveGrant(awaited, signal).then(grant.resolve, grant.reject);
  };
  launchHandshake(peer, wanted, { onReady: watch.heard, onStarted, onFailed: grant.reject }, signal);

  const exchange = (code: string) =>
    exchangeGrant(backend, { code, codeVerifier, keep: request.keep }, signal);
  const code = await Promise.race([grant.promise, ended]).catch((error: unknown) => {
    // A popup that looked closed may still succeed. After any other end, the grant is settled or awaited no longer.
    grant.promise
      .then(exchange)
      .then(request.onLateConnection)
      .catch(() => {})
      .finally(() => scope.end());
    throw error;
  });
  watch.stop();
  self.isFinishing = true;
  tell('finishing');
  return Promise.race([exchange(code), scope.ended]);
}

function isPopupClosed(error: unknown): boolean {
  return error instanceof ConnectError && error.code === 'popup_closed';
}

function popupBlocked(): ConnectError {
  return new ConnectError('popup_blocked', canRedirect() ? {} : { message: setup.framed });
}

/** The life of one attempt. Everything that waits for something during the attempt stops with `signal`. */
interface AttemptScope {
  readonly signal: AbortSignal;
  /** Never resolves; rejects with the `ConnectError` that the scope ended with. */
  readonly ended: Promise<never>;
  end(reason?: ConnectError): void;
}

/** Begins a scope that ends with `end()`, the caller's signal, the page going away, or after ten minutes. */
export function attemptScope(caller?: AbortSignal): AttemptScope {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  // It may fail unseen: whoever needs to know awaits it.
  ended.catch(() => {});
  const end = (reason = new ConnectError('cancelled')) => controller.abort(reason);

  const timer = setTimeout(() => end(new ConnectError('timeout')), LIFETIME_MS);
  const cancel = () => end(new ConnectError('cancelled', { cause: caller?.reason }));
  caller?.addEventListener('abort', cancel, { signal });
  window.addEventListener('pagehide', cancel, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  return { signal, ended, end };
}

/**
 * Opens the popup, centred over this window; null when it did not open, which web views and extensions tell by undefined, by
 * an exception, or by a window that is closed already. The only caller of `window.open`, and
 * it has to be reached synchronously from the click: WebKit blocks a popup after any real `await`.
 *
 * The name is unique, because a second popup of the same name would take over the first one's window. There is no
 * `noopener`: the handshake needs the opener, and Safari would answer null although the window opened.
 */
export function openPopup(url: string): Window | null {
  const left = Math.round(window.screenX + Math.max(0, (window.outerWidth - WIDTH) / 2));
  const top = Math.round(window.screenY + Math.max(0, (window.outerHeight - HEIGHT) / 2));
  const features = `popup,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`;
  try {
    const popup = window.open(url, `alpaca-connect-${generateRandomNonce()}`, features);
    return popup?.closed === false ? popup : null;
  } catch {
    return null;
  }
}
