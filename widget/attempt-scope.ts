import { ConnectError } from './connect-error.ts';
import { deferred } from './deferred.ts';

/** As long as the server keeps an attempt open. */
const LIFETIME_MS = 10 * 60_000;

/** The life of one attempt. Everything that waits for something during the attempt stops with `signal`. */
export interface AttemptScope {
  readonly signal: AbortSignal;
  /** Never resolves; rejects with the `ConnectError` that the scope ended with. */
  readonly ended: Promise<never>;
  end(reason?: ConnectError): void;
}

/** Begins a scope that ends with `end()`, the caller's signal, the page going away, or after ten minutes. */
export function attemptScope(caller?: AbortSignal): AttemptScope {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = deferred<never>();
  const end = (reason = new ConnectError('cancelled')) => controller.abort(reason);

  const timer = setTimeout(() => end(new ConnectError('timeout')), LIFETIME_MS);
  const cancel = () => end(new ConnectError('cancelled', { cause: caller?.reason }));
  caller?.addEventListener('abort', cancel, { signal });
  window.addEventListener('pagehide', cancel, { signal });
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    ended.reject(signal.reason);
  });
  return { signal, ended: ended.promise, end };
}
