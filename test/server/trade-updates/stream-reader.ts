import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface HeardEvent {
  id: string | undefined;
  event: string | undefined;
  /** Parsed. */
  data: unknown;
}

/** Reads a stream as a page does. */
export class StreamReader implements AsyncDisposable {
  readonly response: Response;
  readonly events: HeardEvent[] = [];
  readonly #abort: AbortController;
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  /** Every byte, as text. */
  text = '';
  /** How the answer ended: as it should, or torn off. Resolves when it has. */
  readonly ended: Promise<'ended' | 'cut'>;

  constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.ended = this.#read();
  }

  /** The id that a page would come back with. */
  get lastId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  /** The next event that was not taken yet. @throws Error when the stream ends first */
  async next(): Promise<HeardEvent> {
    await this.until(() => this.events.length > this.#taken);
    return this.events[this.#taken++] as HeardEvent;
  }

  /** The next event of this name; those before it are skipped. */
  async nextOf(name: string): Promise<HeardEvent> {
    for (;;) {
      const event = await this.next();
      if (event.event === name) return event;
    }
  }

  /** Waits until the stream is open upstream. */
  async opened(): Promise<void> {
    for (;;) {
      const { data } = await this.nextOf('status');
      if ((data as { state: string }).state === 'open') return;
    }
  }

  /** Resolves when it holds of what was read. @throws Error when the stream ends first */
  async until(holds: () => boolean): Promise<void> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (!holds()) {
      if (over) throw new Error(`The stream ended after:\n${this.text}`);
      await Promise.race([new Promise<void>((resolve) => this.#waiting.add(resolve)), this.ended]);
    }
  }

  /** Leaves, as a page that is closed. */
  leave(): void {
    this.#abort.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    await this.ended;
  }

  async #read(): Promise<'ended' | 'cut'> {
    const parser = createParser({ onEvent: (event) => this.#keep(event) });
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body ?? []) {
        const text = decoder.decode(chunk, { stream: true });
        this.text += text;
        parser.feed(text);
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      }
      return 'ended';
    } catch {
      return 'cut';
    }
  }

  #keep({ id, event, data }: EventSourceMessage): void {
    this.events.push({ id, event, data: JSON.parse(data) });
  }
}
