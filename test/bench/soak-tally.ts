/** What all people of a soak test did and met, added up. */
export class SoakTally {
  /** Requests to the server, hostile and abandoned ones too. */
  requests = 0;
  openStreams = 0;
  /** Server-sent events that people have read. */
  events = 0;
  /** Every order that was sent, by its `client_order_id`: nobody sends the same one twice. */
  readonly sent = new Set<string>();
  /** Those of `sent` that the server said to be placed. */
  readonly acknowledged = new Set<string>();
  /** Those of `sent` whose sender did not wait for the answer. */
  readonly abandoned = new Set<string>();
  /** Orders that have reached Alpaca a second time. */
  doubled = 0;
  failures = 0;
  /** How often each kind of failure was met, by its description. */
  readonly #kinds = new Map<string, number>();

  fail(error: unknown): void {
    const what = describe(error);
    this.failures += 1;
    this.#kinds.set(what, (this.#kinds.get(what) ?? 0) + 1);
  }

  /** The most frequent failures, each in a line. */
  describeFailures(): string[] {
    const kinds = [...this.#kinds].toSorted(([, a], [, b]) => b - a).slice(0, 20);
    return kinds.map(([what, times]) => `${times} × ${what}`);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
