import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { Environment, TradeUpdate } from '../../../server/contract.ts';
import type { AccessToken, AccessTokens } from '../oauth/access-tokens.ts';
import type { Account } from '../trading/account.ts';

const TRADE_UPDATES = 'trade_updates';

/** RFC 6455 section 7.4.1: the client broke a rule. */
const POLICY_VIOLATION = 1008;

interface TradeStreamOptions {
  environment: Environment;
  tokens: AccessTokens;
  /** Those that its host knows. */
  accounts: readonly Account[];
  /** Milliseconds in which the client has to authenticate. */
  authenticationDeadline: number;
}

/** One client on `/stream`: authenticate, listen, then updates until either side ends it. Paper speaks in binary frames. */
export class TradeStream {
  readonly environment: Environment;
  readonly #socket: WebSocket;
  readonly #tokens: AccessTokens;
  readonly #accounts: readonly Account[];
  readonly #deadline: NodeJS.Timeout;
  #token: AccessToken | undefined;
  #listening = false;

  constructor(
    socket: WebSocket,
    { environment, tokens, accounts, authenticationDeadline }: TradeStreamOptions,
  ) {
    this.environment = environment;
    this.#socket = socket;
    this.#tokens = tokens;
    this.#accounts = accounts;
    this.#deadline = setTimeout(() => this.#refuse('authentication timeout'), authenticationDeadline).unref();
    socket.on('message', (data) => this.#receive(data));
    socket.on('close', () => clearTimeout(this.#deadline));
    // A broken frame or a lost connection: `ws` closes the socket itself, and an unheard error would end the process.
    socket.on('error', () => {});
  }

  /** The id of the account that it belongs to, once it is authenticated. */
  get accountId(): string | undefined {
    return this.#token?.accounts[this.environment];
  }

  /** Passes an update on, if the client listens. */
  announce(update: TradeUpdate): void {
    if (this.#listening) this.#say({ stream: TRADE_UPDATES, data: update });
  }

  /** Sends one frame as it is: binary for bytes, text for a string. */
  send(frame: string | Uint8Array): void {
    this.#socket.send(frame);
  }

  /** Ends the stream when its token is no longer good. */
  endIfRevoked(): void {
    if (this.#token !== undefined && this.#tokens.find(this.#token.value) === undefined)
      this.#refuse('access token is revoked');
  }

  /** Breaks the connection, or closes it with a code of RFC 6455 section 7.4. */
  drop(code?: number): void {
    if (code === undefined) this.#socket.terminate();
    else this.#socket.close(code);
  }

  #receive(data: RawData): void {
    const message = parseClientMessage(String(data));
    if (message === undefined) this.#refuse('invalid syntax');
    else if (message.action === 'listen') this.#listen(message.data.streams);
    else this.#authenticate(message);
  }

  #authenticate(message: Exclude<ClientMessage, { action: 'listen' }>): void {
    const value = message.action === 'authenticate' ? message.data.oauth_token : undefined;
    const token = value === undefined ? undefined : this.#tokens.find(value);
    const account = token?.accounts[this.environment];
    if (!this.#accounts.some(({ id }) => id === account)) {
      this.#sayAuthorization('unauthorized', 'authenticate');
      this.#socket.close(POLICY_VIOLATION);
      return;
    }
    this.#token = token;
    clearTimeout(this.#deadline);
    this.#sayAuthorization('authorized', 'authenticate');
  }

  /** Unknown streams are left out of the answer; an empty list ends listening. */
  #listen(streams: string[]): void {
    if (this.#token === undefined) {
      this.#sayAuthorization('unauthorized', 'listen');
      return;
    }
    this.#listening = streams.includes(TRADE_UPDATES);
    this.#say({ stream: 'listening', data: { streams: this.#listening ? [TRADE_UPDATES] : [] } });
  }

  #sayAuthorization(status: 'authorized' | 'unauthorized', action: 'authenticate' | 'listen'): void {
    this.#say({ stream: 'authorization', data: { status, action } });
  }

  #refuse(reason: string): void {
    this.#say({ action: 'error', data: { error_message: reason } });
    this.#socket.close(POLICY_VIOLATION);
  }

  #say(message: object): void {
    const text = JSON.stringify(message);
    this.send(this.environment === 'paper' ? Buffer.from(text) : text);
  }
}

const Message = z.discriminatedUnion('action', [
  z.object({ action: z.literal('authenticate'), data: z.object({ oauth_token: z.string().optional() }) }),
  // The form for API keys, of which the simulator has none.
  z.object({ action: z.literal('auth') }),
  z.object({ action: z.literal('listen'), data: z.object({ streams: z.array(z.string()) }) }),
]);

/** What a client may say on a stream. */
type ClientMessage = z.output<typeof Message>;

/** Reads a message; undefined when it is none that Alpaca knows. */
function parseClientMessage(text: string): ClientMessage | undefined {
  try {
    return Message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
