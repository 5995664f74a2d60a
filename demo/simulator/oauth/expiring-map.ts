/** Values that can be read until they are taken, and taken once, within a lifetime in milliseconds. */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { value: Value; expires: number }>();
  readonly #lifetime: number;

  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  set(key: string, value: Value): void {
    this.#forgetExpired();
    this.#entries.set(key, { value, expires: Date.now() + this.#lifetime });
  }

  get(key: string): Value | undefined {
    this.#forgetExpired();
    return this.#entries.get(key)?.value;
  }

  /** Reads and removes in one step, so that of parallel requests only one gets the value. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  /** All entries live equally long and a map keeps their order: the expired ones come first. */
  #forgetExpired(): void {
    for (const [key, { expires }] of this.#entries) {
      if (expires > Date.now()) return;
      this.#entries.delete(key);
    }
  }
}
