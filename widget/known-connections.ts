import type { ConnectionsAnswer } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import { type ConnectionNews, connectionNews } from './connection-news.ts';

/** What one element knows of the server: asked once, and again when another element or tab changed something. */
export class KnownConnections {
  readonly #outdated: () => void;
  #answer: ConnectionsAnswer | undefined;
  #news: ConnectionNews | undefined;
  /** The question that counts. What earlier ones still bring is ignored. */
  #asking: AbortController | undefined;

  /** @param outdated Called when the server has something new to say. */
  constructor(outdated: () => void) {
    this.#outdated = outdated;
  }

  /** What the server last said, and what changed since. Undefined before it said anything. */
  get answer(): ConnectionsAnswer | undefined {
    return this.#answer;
  }

  /** Something better is known than what the server is saying right now. */
  set answer(answer: ConnectionsAnswer | undefined) {
    this.#asking?.abort();
    this.#answer = answer;
  }

  /**
   * Asks the server. Resolves to whether that was the latest question.
   *
   * @throws ConnectError when the latest question cannot be answered.
   */
  async ask(backend: Backend): Promise<boolean> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const answer = await backend.connections(asking.signal);
      if (!asking.signal.aborted) this.#answer = answer;
    } catch (thrown) {
      if (!asking.signal.aborted) throw thrown;
    }
    return !asking.signal.aborted;
  }

  /** Listens to the others who use this server, and to no other server, until `leave()`. */
  join(server: string): void {
    if (this.#news?.server === server) return;
    this.leave();
    this.#news = connectionNews(server, this.#outdated);
  }

  /** Has everybody else ask. */
  tell(): void {
    this.#news?.tell();
  }

  /** Hears nothing any more, and may be outdated from here on. */
  leave(): void {
    this.#news?.close();
    this.#news = undefined;
  }
}
