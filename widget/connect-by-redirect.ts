import type { ExchangeRequest, RequestedEnvironment } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import { ConnectError } from './connect-error.ts';
import type { ConnectRequest } from './connect-in-popup.ts';

/** In `sessionStorage`: what this tab needs when it comes back. A later departure replaces it. */
const KEY = 'alpaca-connect';
const GRANT = /^#alpaca-connect=([\w-]+)$/;

interface Departure {
  server: string;
  environment: RequestedEnvironment;
  codeVerifier: string;
}

let arrival: (Departure & { code: string }) | undefined;

/**
 * Connects in this tab: leaves for Alpaca, and the element that is there when the tab comes back finishes.
 *
 * @throws ConnectError (as a rejection) `cancelled` when the tab stays, or `cookies_blocked` where it may not remember.
 */
export async function connectByRedirect(request: ConnectRequest): Promise<never> {
  const { backend, environment, proofKey, signal } = request;
  request.onProgress?.('opening');
  const { codeVerifier, codeChallenge } = await proofKey;
  if (signal?.aborted) throw new ConnectError('cancelled');
  const departure: Departure = { server: backend.url, environment, codeVerifier };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(departure));
  } catch (cause) {
    throw new ConnectError('cookies_blocked', { cause });
  }
  location.assign(backend.redirectUrl({ ...request, codeChallenge }, pageAddress()));
  return new Promise((_, reject) => {
    const stay = () => {
      sessionStorage.removeItem(KEY);
      reject(new ConnectError('cancelled'));
    };
    signal?.addEventListener('abort', stay);
    // The person came back with the back button.
    window.addEventListener('pageshow', ({ persisted }) => persisted && stay());
  });
}

/**
 * Takes the grant that this tab came back with out of the address bar and the history, before anything else can read
 * it. One that this tab did not leave for is dropped: somebody may have planted it, for an account of their own.
 */
export function takeGrant(): void {
  const code = GRANT.exec(globalThis.location?.hash)?.[1];
  if (code === undefined) return;
  history.replaceState(history.state, '', pageAddress());
  try {
    const departure = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (departure) arrival = { ...(JSON.parse(departure) as Departure), code };
  } catch {
    // A tab that may not remember did not leave.
  }
}

/** The exchange that is due, when an element of this server and environment left for it. Told once. */
export function dueExchange(
  backend: Backend,
  environment: RequestedEnvironment,
): ExchangeRequest | undefined {
  takeGrant();
  if (arrival?.server !== backend.url || arrival.environment !== environment) return undefined;
  const { code, codeVerifier } = arrival;
  arrival = undefined;
  return { code, codeVerifier };
}

function pageAddress(): string {
  return location.href.replace(/#.*/, '');
}
