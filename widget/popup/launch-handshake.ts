import { generateRandomNonce } from 'oauth4webapi';
import type { RequestedEnvironment } from '../../server/contract.ts';
import { type ConnectError, connectErrorFrom } from '../connect-error.ts';
import { listenToPeer, type Peer, readPopupMessage, tellPeer } from './protocol.ts';

/** What the page asks the launch page to start. */
export interface LaunchRequest {
  /** Default: Alpaca itself. */
  provider?: string | undefined;
  environment: RequestedEnvironment;
  /** Space-delimited. Omitted: every scope the server offers. */
  scope?: string | undefined;
  /** For how many days the app may act while the person is away. Omitted: not at all. */
  away?: number | undefined;
  codeChallenge: string;
  /** base64url(SHA-256) of the text that the person agreed to, for the server's log. */
  disclosure?: string | undefined;
}

interface HandshakeListeners {
  /** Called whenever a launch page is there. */
  onReady(): void;
  /** Called with the name of each attempt that the server made: a second one when the person reloads the launch page. */
  onStarted(attempt: string): void;
  /** Called with what the server refused an attempt for. */
  onFailed(error: ConnectError): void;
}

/**
 * The page's side of the handshake: answers the launch page with what to ask for, and hears what the server made of it. A
 * message without this handshake's nonce changes nothing. Stops with `signal`.
 */
export function launchHandshake(
  popup: Peer,
  request: LaunchRequest,
  { onReady, onStarted, onFailed }: HandshakeListeners,
  signal: AbortSignal,
): void {
  const pageNonce = generateRandomNonce();
  listenToPeer(
    popup,
    (message) => {
      if (message.type === 'alpaca-connect:ready') {
        onReady();
        const { launchNonce } = message;
        tellPeer(popup, { type: 'alpaca-connect:request', launchNonce, pageNonce, ...request });
      } else if (message.type === 'alpaca-connect:started' && message.pageNonce === pageNonce) {
        onStarted(message.attempt);
        tellPeer(popup, { type: 'alpaca-connect:received', attempt: message.attempt });
      } else if (message.type === 'alpaca-connect:failed' && message.pageNonce === pageNonce) {
        onFailed(connectErrorFrom(message));
      }
    },
    signal,
  );
}

/**
 * The window that a link opened: the first on the server's origin to say that it is ready. Only the launch page says so,
 * and only to the page that opened it. Stops with `signal`, and is then left pending.
 */
export function linkedPopup(origin: string, signal: AbortSignal): Promise<Window> {
  return new Promise((resolve) => {
    const hear = (event: MessageEvent<unknown>) => {
      const ready = readPopupMessage(event.data)?.type === 'alpaca-connect:ready';
      if (ready && event.origin === origin) resolve(event.source as Window);
    };
    window.addEventListener('message', hear, { signal });
  });
}
