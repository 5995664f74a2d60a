import type { RequestedEnvironment } from '../../server/contract.ts';

/**
 * What the page and the popup's two pages say to each other. Both sides check the exact origin and the source window of
 * every message before they look at it, and drop what is not of the expected shape.
 */

/** Launch page → page, repeated until answered: the popup is there. */
interface ReadyMessage {
  type: 'alpaca-connect:ready';
  launchNonce: string;
}

/** Page → launch page: what to ask for. */
export interface RequestMessage {
  type: 'alpaca-connect:request';
  launchNonce: string;
  pageNonce: string;
  /** Through whom. Absent: Alpaca itself. */
  provider?: string | undefined;
  environment: RequestedEnvironment;
  scope?: string | undefined;
  /** For how many days the app may act while the person is away. */
  away?: number | undefined;
  codeChallenge: string;
  disclosure?: string | undefined;
}

/** Launch page → page: the attempt exists, and the popup goes to Alpaca once this message is acknowledged. */
interface StartedMessage {
  type: 'alpaca-connect:started';
  pageNonce: string;
  /** base64url(SHA-256(state)): names the attempt without telling `state`. */
  attempt: string;
}

/** Launch page → page: the server refused the attempt, or could not be asked. */
export interface FailedMessage {
  type: 'alpaca-connect:failed';
  pageNonce: string;
  code: string;
  message: string;
  /** The HTTP status of what answered in the server's place. */
  foreignStatus?: string | undefined;
}

/** Callback page → page: how the attempt ended. */
export interface OutcomeMessage {
  type: 'alpaca-connect:outcome';
  attempt: string;
  grant: string;
  error?: { code: string; message: string };
}

/** Page → popup: `started` or `outcome` arrived. */
interface ReceivedMessage {
  type: 'alpaca-connect:received';
  attempt: string;
}

export type PopupMessage =
  | ReadyMessage
  | RequestMessage
  | StartedMessage
  | FailedMessage
  | OutcomeMessage
  | ReceivedMessage;

type MessageType = PopupMessage['type'];

const isString = (value: unknown) => typeof value === 'string';
const isOptionalString = (value: unknown) => value === undefined || isString(value);

const SHAPES: Record<MessageType, Record<string, (value: unknown) => boolean>> = {
  'alpaca-connect:ready': { launchNonce: isString },
  'alpaca-connect:request': {
    launchNonce: isString,
    pageNonce: isString,
    provider: isOptionalString,
    environment: isString,
    scope: isOptionalString,
    away: (value) => value === undefined || typeof value === 'number',
    codeChallenge: isString,
    disclosure: isOptionalString,
  },
  'alpaca-connect:started': { pageNonce: isString, attempt: isString },
  'alpaca-connect:failed': {
    pageNonce: isString,
    code: isString,
    message: isString,
    foreignStatus: isOptionalString,
  },
  'alpaca-connect:outcome': {
    attempt: isString,
    grant: isString,
    error: (value) =>
      value === undefined || (isRecord(value) && isString(value['code']) && isString(value['message'])),
  },
  'alpaca-connect:received': { attempt: isString },
};

/** The message in `data`, or undefined when it is none of this protocol. Reads each field once it is known to be there. */
export function readPopupMessage(data: unknown): PopupMessage | undefined {
  if (!isRecord(data) || typeof data['type'] !== 'string' || !Object.hasOwn(SHAPES, data['type']))
    return undefined;
  const shape = SHAPES[data['type'] as MessageType];
  const fits = Object.entries(shape).every(([field, accepts]) => accepts(data[field]));
  return fits ? (data as unknown as PopupMessage) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The other end of a conversation: one window, on one origin. */
export interface Peer {
  window: Window;
  origin: string;
}

/** Hands every well-formed message of this very window on this very origin to `heard`, until `signal` aborts. */
export function listenToPeer(peer: Peer, heard: (message: PopupMessage) => void, signal?: AbortSignal): void {
  const onMessage = (event: MessageEvent<unknown>) => {
    if (event.source !== peer.window || event.origin !== peer.origin) return;
    const message = readPopupMessage(event.data);
    if (message !== undefined) heard(message);
  };
  window.addEventListener('message', onMessage, signal ? { signal } : {});
}

/** Sends to the peer; the browser drops the message when the window shows another origin by then. */
export function tellPeer(peer: Peer, message: PopupMessage): void {
  peer.window.postMessage(message, peer.origin);
}
