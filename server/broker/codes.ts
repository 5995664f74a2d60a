import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { RecordStore } from '../session/records.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { GrantTerms, TokenPlace } from './grants.ts';

const Code = GrantTerms.extend({
  redirectUri: z.string(),
  challenge: z.string().optional(),
});
/** What a code stands for. */
type Code = z.infer<typeof Code>;

/** What an app shows with its code. */
interface CodeProof {
  clientId: string;
  redirectUri: string | undefined;
  codeVerifier: string | undefined;
}

/** How long it is remembered what became of a code, in milliseconds: whoever shows it again has stolen it, or it was stolen. */
const REMEMBERED = 24 * 3_600_000;

/** RFC 7636 section 4.1. */
const CODE_VERIFIER = /^[\w.~-]{43,128}$/;

/** Codes of this service: 256 random bits, of which the store knows the hash alone. Each is used once. */
export class Codes {
  readonly #records: RecordStore;
  readonly #lifetime: number;

  /** @param lifetime In milliseconds. */
  constructor(records: RecordStore, lifetime: number) {
    this.#records = records;
    this.#lifetime = lifetime;
  }

  async issue(code: Code): Promise<string> {
    const value = randomBytes(32).toString('base64url');
    await this.#records.create('broker-code', value, code, steadyNow() + this.#lifetime);
    return value;
  }

  /** What the code stands for, if it is this app's. Another app's uses nothing up, and learns nothing. */
  async read(value: string, clientId: string): Promise<Code | undefined> {
    const found = Code.safeParse((await this.#records.read('broker-code', value))?.value).data;
    return found?.clientId === clientId ? found : undefined;
  }

  /**
   * Uses the code up, for good, whatever comes of it: who shows the wrong proof has a stolen code, or the app is broken.
   * @returns whether it was unused, and the proof is right.
   */
  async spend(value: string, code: Code, proof: CodeProof): Promise<boolean> {
    const isFirst = await this.#records.claim('broker-code', `${value}:used`, steadyNow() + REMEMBERED);
    return isFirst && isProved(code, proof);
  }

  /** Remembers which tokens a code got, so that they can be ended when it is shown again (RFC 6749 section 4.1.2). */
  async remember(value: string, place: TokenPlace): Promise<void> {
    await this.#records.put('broker-code', `${value}:tokens`, place, steadyNow() + REMEMBERED);
  }

  async placeOf(value: string): Promise<TokenPlace | undefined> {
    return TokenPlace.safeParse((await this.#records.read('broker-code', `${value}:tokens`))?.value).data;
  }
}

/**
 * RFC 6749 section 4.1.3 and RFC 7636 section 4.6. A verifier without a challenge is refused: somebody took the challenge out of
 * the request (RFC 9700 section 4.8.2).
 */
function isProved({ redirectUri, challenge }: Code, proof: CodeProof): boolean {
  if (proof.redirectUri !== redirectUri) return false;
  const { codeVerifier } = proof;
  if (challenge === undefined || codeVerifier === undefined) return challenge === codeVerifier;
  if (!CODE_VERIFIER.test(codeVerifier)) return false;
  const made = hash('sha256', codeVerifier, 'buffer');
  const expected = Buffer.from(challenge, 'base64url');
  return made.length === expected.length && timingSafeEqual(made, expected);
}
