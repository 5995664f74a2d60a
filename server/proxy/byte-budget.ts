import type { Client } from './places.ts';

interface ByteLimits {
  /** For one person, one address, and all together, in bytes. */
  person: number;
  address: number;
  total: number;
}

const MIB = 1024 * 1024;

/** For bodies of requests. Alpaca's own have a few hundred bytes. */
export const BODY_BYTES: ByteLimits = { person: 2 * MIB, address: 4 * MIB, total: 64 * MIB };

/** For answers that their clients have not read yet. */
export const ANSWER_BYTES: ByteLimits = { person: 8 * MIB, address: 16 * MIB, total: 64 * MIB };

/** Bounds the bytes that this process holds for its clients, so that no client can take all of its memory. */
export class ByteBudget {
  readonly #limits: ByteLimits;
  readonly #people = new Map<string, number>();
  readonly #addresses = new Map<string, number>();
  #total = 0;

  constructor(limits: ByteLimits) {
    this.#limits = limits;
  }

  /** Bytes that are held now. */
  get total(): number {
    return this.#total;
  }

  /** Takes so many bytes, or takes none and returns false. */
  take({ person, address }: Client, bytes: number): boolean {
    const ofPerson = (this.#people.get(person) ?? 0) + bytes;
    const ofAddress = (this.#addresses.get(address) ?? 0) + bytes;
    const { person: mostOfPerson, address: mostOfAddress, total } = this.#limits;
    if (ofPerson > mostOfPerson || ofAddress > mostOfAddress || this.#total + bytes > total) return false;
    this.#people.set(person, ofPerson);
    this.#addresses.set(address, ofAddress);
    this.#total += bytes;
    return true;
  }

  /** Gives back what `take()` took. */
  give({ person, address }: Client, bytes: number): void {
    this.#total -= bytes;
    subtract(this.#people, person, bytes);
    subtract(this.#addresses, address, bytes);
  }
}

function subtract(counts: Map<string, number>, key: string, amount: number): void {
  const left = (counts.get(key) ?? 0) - amount;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
