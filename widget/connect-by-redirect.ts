import type { ExchangeRequest, RequestedEnvironment } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import { pageAddress } from './choose-way.ts';
import { ConnectError } from './connect-error.ts';
import { elementSetup } from './messages/en.ts';
import { fillIn } from './messages/messages.ts';
import { disclosureHash } from './pkce.ts';
import type { ConnectRequest } from './popup/connect-in-popup.ts';
import type { LaunchRequest } from './popup/launch-handshake.ts';

/** In `sessionStorage`: what this tab needs when it comes back. A later redirect replaces it. */
const KEY = 'alpaca-connect';
const GRANT = /^#alpaca-connect=([\w-]+)$/;

interface PendingRedirect {
  server: string;
  provider?: string | undefined;
  environment: RequestedEnvironment;
  codeVerifier: string;
  keep?: boolean | undefined;
  /** The whole address, with the query and the hash that the server never gets to know. */
  page: string;
  scroll: [x: number, y: number];
}

/** `ConnectRequest`, and what the server said about this page, if it was asked already. */
export interface RedirectRequest extends ConnectRequest {
  returnPages?: readonly string[] | undefined;
}

type ReturnedRedirect = PendingRedirect & { code: string };
let returned: ReturnedRedirect | undefined;
let told: ReturnedRedirect | undefined;
let isFirstLook = true;

/**
 * Connects in this tab: leaves for Alpaca, and the element that is there when the tab comes back finishes.
 *
 * @throws ConnectError (as a rejection) `cancelled` when the tab stays, `cookies_blocked` where it may not remember, or
 * `config_invalid` when the server does not list this page in `RETURN_PAGES`.
 */
export async function connectByRedirect(request: RedirectRequest): Promise<never> {
  const { backend, provider, environment, keep, proofKey, signal } = request;
  request.onProgress?.('opening');
  const { returnPages = [] } = request.returnPages ? request : await backend.connections(signal);
  if (!returnPages.includes(pageAddress())) throw pageNotListed();
  const { codeVerifier, codeChallenge } = await proofKey;
  const disclosure = await disclosureHash(request.disclosure);
  if (signal?.aborted) throw new ConnectError('cancelled');
  const pending: PendingRedirect = {
    server: backend.url,
    provider,
    environment,
    codeVerifier,
    keep,
    page: location.href,
    scroll: [window.scrollX, window.scrollY],
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(pending));
  } catch (cause) {
    throw new ConnectError('cookies_blocked', { cause });
  }
  follow(launchUrl({ ...request, codeChallenge, disclosure }));
  return new Promise((_, reject) => {
    const stay = () => reject(new ConnectError('cancelled'));
    signal?.addEventListener('abort', () => {
      forgetRedirect();
      stay();
    });
    // The person came back with the back button, and may go forward and allow it after all.
    window.addEventListener('pageshow', ({ persisted }) => persisted && stay());
  });
}

/** Where the tab starts, to come back to this page. */
function launchUrl({
  backend,
  provider,
  environment,
  scope,
  away,
  codeChallenge,
  disclosure,
}: LaunchRequest & Pick<ConnectRequest, 'backend'>): string {
  const query = new URLSearchParams({ mode: 'redirect', return_to: pageAddress(), environment });
  query.set('code_challenge', codeChallenge);
  if (provider) query.set('provider', provider);
  if (scope !== undefined) query.set('scope', scope);
  if (away) query.set('away', String(away));
  if (disclosure) query.set('disclosure', disclosure);
  return `${backend.url}/launch?${query}`;
}

/** Tells the owner of the page which variable of the server lacks which value. */
export function pageNotListed(): ConnectError {
  return new ConnectError('config_invalid', {
    message: fillIn(elementSetup.pageNotListed, { page: pageAddress() }),
  });
}

/**
 * Goes on in this tab. The server wants to know which website began, and a link says so whatever the page's own
 * Referrer-Policy is. It stays out of the document, where a router of the page would take the click for its own.
 */
function follow(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.target = '_self';
  link.referrerPolicy = 'origin';
  link.click();
}

/**
 * Takes the grant that this tab came back with out of the address bar and the history, and puts back what was there before,
 * so that a router shows what the person left. Runs when the script loads, the sooner the better: a router that runs already
 * is told of the change by the events that it listens to. One that this tab did not leave for is dropped: somebody may have
 * planted it, for an account of their own.
 */
export function takeGrant(): void {
  if (globalThis.location === undefined) return;
  const first = isFirstLook;
  isFirstLook = false;
  const code = GRANT.exec(location.hash)?.[1] ?? (first ? replacedGrant() : undefined);
  if (code === undefined) return;
  const pending = readPendingRedirect();
  const page = pending?.page.split(/[?#]/)[0] === pageAddress() ? pending.page : undefined;
  const oldURL = location.href;
  history.replaceState(history.state, '', page ?? oldURL.replace(/#.*/, ''));
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }));
  if (pending) returned = { ...pending, code };
  if (page && pending) scrollBack(pending.scroll);
}

/** A router that ran first may have put a route of its own in place of the grant; some browsers still know what was there. */
function replacedGrant(): string | undefined {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation && GRANT.exec(new URL(navigation.name).hash)?.[1];
}

/**
 * The exchange that is due, when an element of this server, environment and provider left for it. Told once, unless it is given back.
 *
 * @throws ConnectError `network` when this very page is in the place of one of the server's, as a service worker of the site may put it.
 */
export function dueExchange(
  backend: Backend,
  environment: RequestedEnvironment,
  provider?: string,
): ExchangeRequest | undefined {
  const { href } = location;
  if (href.startsWith(backend.url) && /^\/(launch|callback)\?/.test(href.slice(backend.url.length))) {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    throw new ConnectError('network', { foreignStatus: String(navigation?.responseStatus || '?') });
  }
  takeGrant();
  if (
    returned?.server !== backend.url ||
    returned.environment !== environment ||
    returned.provider !== provider
  ) {
    return undefined;
  }
  const { code, codeVerifier, keep } = returned;
  told = returned;
  returned = undefined;
  return { code, codeVerifier, keep };
}

/** Whoever was told of the exchange cannot finish it: the next one who asks is told. The server says again what came of it. */
export function giveBackExchange(): void {
  returned = told;
}

/** Forgets what this tab left with. Not before the exchange is through: a provider may send the tab back a second time. */
export function forgetRedirect(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // A tab that may not remember has nothing to forget.
  }
}

function readPendingRedirect(): PendingRedirect | undefined {
  try {
    const pending = sessionStorage.getItem(KEY);
    return pending === null ? undefined : (JSON.parse(pending) as PendingRedirect);
  } catch {
    return undefined; // A tab that may not remember did not leave.
  }
}

/** Once the page is as long as it was. What a page loads later than its `load` event is not waited for. */
function scrollBack([left, top]: PendingRedirect['scroll']): void {
  const scroll = () => requestAnimationFrame(() => window.scrollTo({ left, top, behavior: 'instant' }));
  if (document.readyState === 'complete') scroll();
  else window.addEventListener('load', scroll, { once: true });
}
