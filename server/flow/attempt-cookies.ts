import { parse } from 'cookie';
import type { Request, Response } from 'express';
import type { Sealer } from '../session/sealer.ts';
import { ATTEMPT_LIFETIME, type Attempt, attemptId, openAttempt, sealAttempt } from './attempt.ts';

/** Attempts that one browser may have open at once; beyond, all older ones are forgotten (tabs left behind). */
const MOST_ATTEMPTS = 5;
/** Characters of cookies. Servers refuse headers of more than 16 KiB, and one attempt takes up to 3.5 KiB. */
const MOST_COOKIES = 8_000;
const ID = /^[\w-]{43}$/;

/**
 * Each attempt lives in a cookie of its own, so that tabs do not collide, and only in the browser that started it:
 * this binds `state` to the user agent (RFC 9700 section 4.7; OWASP ASVS 10.1.2). `Lax`, because the callback is
 * reached by a navigation from Alpaca's site, which a `Strict` cookie would not accompany.
 */
export class AttemptCookies {
  readonly #sealer: Sealer;
  readonly #secure: boolean;
  readonly #prefix: string;

  constructor(sealer: Sealer, publicUrl: URL) {
    this.#sealer = sealer;
    this.#secure = publicUrl.protocol === 'https:';
    this.#prefix = this.#secure ? '__Host-alpaca.attempt.' : 'alpaca.attempt.';
  }

  /** Remembers the attempt in the browser that gets this answer. */
  set(request: Request, response: Response, attempt: Attempt): void {
    const names = this.#names(request);
    const full = names.length >= MOST_ATTEMPTS || (request.headers.cookie ?? '').length > MOST_COOKIES;
    if (full) for (const name of names) this.#clear(response, name);
    response.cookie(this.#prefix + attemptId(attempt.state), sealAttempt(this.#sealer, attempt), {
      ...this.#attributes(),
      maxAge: ATTEMPT_LIFETIME,
    });
  }

  /** The attempt with this state, if this browser started it. It is forgotten by the same answer: one use. */
  take(request: Request, response: Response, state: string): Attempt | undefined {
    return this.#takeByName(request, response, this.#prefix + attemptId(state));
  }

  /** The only open attempt of this browser. For a refusal that comes without `state` (alpaca.md, Authorize). */
  takeOnly(request: Request, response: Response): Attempt | undefined {
    const [name, ...others] = this.#names(request);
    return name === undefined || others.length > 0 ? undefined : this.#takeByName(request, response, name);
  }

  #takeByName(request: Request, response: Response, name: string): Attempt | undefined {
    const sealed = this.#cookies(request)[name];
    if (sealed === undefined) return undefined;
    this.#clear(response, name);
    return openAttempt(this.#sealer, name.slice(this.#prefix.length), sealed);
  }

  #names(request: Request): string[] {
    return Object.keys(this.#cookies(request)).filter(
      (name) => name.startsWith(this.#prefix) && ID.test(name.slice(this.#prefix.length)),
    );
  }

  #cookies(request: Request): Record<string, string | undefined> {
    return parse(request.headers.cookie ?? '');
  }

  #clear(response: Response, name: string): void {
    response.clearCookie(name, this.#attributes());
  }

  #attributes() {
    return { httpOnly: true, secure: this.#secure, sameSite: 'lax', path: '/' } as const;
  }
}
