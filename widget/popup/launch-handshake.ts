import { generateRandomNonce } from 'oauth4webapi';
import type { RequestedEnvironment } from '../../server/contract.ts';
import { connectErrorFrom } from '../connect-error.ts';
import { listenToPeer, type Peer, readPopupMessage, tellPeer } from './protocol.ts';

/** What the page asks the launch page to start. */
export interface LaunchRequest {
  environment: RequestedEnvironment;
  /** Space-delimited. Omitted: every scope the server offers. */
  scope?: string;
  codeChallenge: string;
  /** base64url(SHA-256) of the text that the person agreed to, for the server's log. */
  disclosure?: string | undefined;
}

/**
 * The page's side of the handshake: answers the launch page with what to ask for, and resolves with the name of the
 * attempt once the server made it. A message without this handshake's nonce changes nothing. Stops with `signal`.
 *
 * @throws ConnectError what the server refused the attempt for.
 */
export function launchHandshake(
  popup: Peer,
  request: LaunchRequest,
  { onReady, signal }: { onReady: () => void; signal: AbortSignal },
): Promise<string> {
  const pageNonce = generateRandomNonce();
  return new Promise((resolve, reject) => {
    listenToPeer(
      popup,
      (message) => {
        if (message.type === 'alpaca-connect:ready') {
          onReady();
          const { launchNonce } = message;
          tellPeer(popup, { type: 'alpaca-connect:request', launchNonce, pageNonce, ...request });
        } else if (message.type === 'alpaca-connect:started' && message.pageNonce === pageNonce) {
          tellPeer(popup, { type: 'alpaca-connect:received', attempt: message.attempt });
          resolve(message.attempt);
        } else if (message.type === 'alpaca-connect:failed' && message.pageNonce === pageNonce) {
          reject(connectErrorFrom(message));
        }
      },
      signal,
    );
  });
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
