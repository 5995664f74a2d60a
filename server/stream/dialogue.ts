import { namesScope, plainWords } from '../proxy/alpaca-refusal.ts';
import { type Message, readMessage } from './read-message.ts';
import type { HeardUpdate, StreamRefusal } from './upstream.ts';

/** What a dialogue needs of the line, and what it makes of what it hears. */
export interface DialogueParts {
  accessToken: string;
  send(frame: object): void;
  opened(): void;
  heard(update: HeardUpdate): void;
  refused(refusal: StreamRefusal): void;
  /** Alpaca says that something is wrong, or what it says is not of the protocol: hang up. */
  failed(reason: 'error' | 'garbage'): void;
  /** A message held the token. It was dropped. */
  leaked(): void;
}

/** How far it has come. Alpaca's answers are believed only where they are due. */
type Phase = 'authenticating' | 'subscribing' | 'open';

/**
 * The protocol of Alpaca's trade-updates WebSocket: authenticate, listen, hear. It says two things, both made here, and
 * nothing that a page or Alpaca could have a say in (backend.md W2). Hand it nothing more once it was refused or has failed.
 */
export class Dialogue {
  readonly #parts: DialogueParts;
  #phase: Phase = 'authenticating';

  constructor(parts: DialogueParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#parts.send({ action: 'authenticate', data: { oauth_token: this.#parts.accessToken } });
  }

  /** Takes one frame, whatever its bytes. */
  take(frame: Buffer): void {
    const message = readMessage(frame);
    if (!this.#holdsToken(frame, message)) {
      this.#judge(message);
      return;
    }
    this.#parts.leaked();
    // If it was an update, those who listen must learn that one is missing.
    if (message.kind === 'update') this.#parts.failed('garbage');
  }

  /** An escaped token is plain in what was parsed and written again. */
  #holdsToken(frame: Buffer, message: Message): boolean {
    const { accessToken } = this.#parts;
    return (
      frame.includes(accessToken) || (message.kind === 'update' && message.update.data.includes(accessToken))
    );
  }

  #judge(message: Message): void {
    if (message.kind === 'authorization' && this.#phase === 'authenticating') {
      this.#takeVerdict(message.granted);
    } else if (message.kind === 'listening' && this.#phase !== 'authenticating') {
      this.#takeSubscription(message.streams);
    } else if (message.kind === 'update' && this.#phase === 'open') {
      this.#parts.heard(message.update);
    } else if (message.kind === 'error' && namesScope(message.words)) {
      this.#parts.refused({ namesScope: true, words: plainWords(message.words, this.#parts.accessToken) });
    } else if (message.kind !== 'unknown') {
      // Also an update before its time: nobody can say whose it is.
      this.#parts.failed(message.kind === 'error' ? 'error' : 'garbage');
    }
  }

  #takeVerdict(granted: boolean): void {
    if (!granted) {
      this.#parts.refused({ namesScope: false, words: '' });
      return;
    }
    this.#phase = 'subscribing';
    this.#parts.send({ action: 'listen', data: { streams: ['trade_updates'] } });
  }

  #takeSubscription(streams: readonly string[]): void {
    if (!streams.includes('trade_updates')) {
      this.#parts.failed('garbage');
    } else if (this.#phase === 'subscribing') {
      this.#phase = 'open';
      this.#parts.opened();
    }
  }
}
