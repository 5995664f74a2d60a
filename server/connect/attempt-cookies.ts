import { parse } from 'cookie';
import type { Request, Response } from 'express';
import { PublicError } from '../http/errors.ts';
import type { Sealer } from '../session/sealer.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { ATTEMPT_LIFETIME, Attempt, attemptId, isAttemptId } from './attempt.ts';

/** Attempts that pages of one origin may have open in one browser. A new one then takes the place of their oldest. */
const MOST_OF_ONE_ORIGIN = 5;
/** Characters of all attempts of a browser together: the server takes headers of up to 16 KiB, and an app has cookies too. */
const MOST_CHARACTERS = 8_000;

/** An attempt that a browser has open, as its cookie has it. */
interface RunningAttempt {
  name: string;
  characters: number;
  attempt: Attempt;
}

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

  /**
   * Remembers the attempt in the browser that gets this answer. Tabs that people leave behind stay open for ten minutes:
   * where there is no room, the oldest attempts of the same origin are forgotten. Those of another origin never are.
   * @throws PublicError 429 `rate_limited` when other origins have taken all of the room.
   */
  set(request: Request, response: Response, attempt: Attempt): void {
    const name = this.#prefix + attemptId(attempt.state);
    const sealed = sealAttempt(this.#sealer, attempt);
    const running = this.#running(request);
    const own = running.filter((each) => each.attempt.origin === attempt.origin);
    let room = MOST_CHARACTERS - charactersOf(name, sealed);
    for (const { characters } of running) room -= characters;
    const alive = new Set(running.map((each) => each.name));
    while (own.length >= MOST_OF_ONE_ORIGIN || room < 0) {
      const oldest = own.shift();
      if (oldest === undefined) throw noRoom(running);
      alive.delete(oldest.name);
      room += oldest.characters;
    }
    for (const each of this.#names(request)) if (!alive.has(each)) this.#clear(response, each);
    response.cookie(name, sealed, { ...this.#attributes(), maxAge: ATTEMPT_LIFETIME });
  }

  /** The attempt with this state, if this browser started it. Asking uses nothing up. */
  read(request: Request, state: string): Attempt | undefined {
    return this.#open(request, this.#prefix + attemptId(state));
  }

  /** The attempt that this browser started last. For a refusal that comes without `state`, which Alpaca may send. */
  readNewest(request: Request): Attempt | undefined {
    return this.#names(request)
      .map((name) => this.#open(request, name))
      .filter((attempt) => attempt !== undefined)
      .reduce<Attempt | undefined>(
        (newest, one) => (newest && newest.expires > one.expires ? newest : one),
        undefined,
      );
  }

  /** Forgets the attempt with this state, because it is completed. A page of another site cannot: it then expires. */
  forget(response: Response, state: string): void {
    this.#clear(response, this.#prefix + attemptId(state));
  }

  #open(request: Request, name: string): Attempt | undefined {
    const sealed = this.#cookies(request)[name];
    return sealed === undefined
      ? undefined
      : openAttempt(this.#sealer, name.slice(this.#prefix.length), sealed);
  }

  /** What the browser has open, the oldest first. */
  #running(request: Request): RunningAttempt[] {
    const cookies = this.#cookies(request);
    return this.#names(request)
      .flatMap((name) => {
        const sealed = cookies[name] ?? '';
        const attempt = openAttempt(this.#sealer, name.slice(this.#prefix.length), sealed);
        return attempt ? [{ name, characters: charactersOf(name, sealed), attempt }] : [];
      })
      .sort((one, other) => one.attempt.expires - other.attempt.expires);
  }

  #names(request: Request): string[] {
    return Object.keys(this.#cookies(request)).filter(
      (name) => name.startsWith(this.#prefix) && isAttemptId(name.slice(this.#prefix.length)),
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

/** Bound to its own cookie: under the name of another attempt it does not open. */
export function sealAttempt(sealer: Sealer, attempt: Attempt): string {
  return sealer.seal('attempt', attemptId(attempt.state), JSON.stringify(attempt)).toString('base64url');
}

/** The attempt that was sealed under this id, or undefined when it is forged, foreign or expired. */
export function openAttempt(sealer: Sealer, id: string, sealed: string): Attempt | undefined {
  const text = sealer.open('attempt', id, Buffer.from(sealed, 'base64url'));
  if (text === undefined) return undefined;
  // What another version sealed may have another shape.
  const { data } = Attempt.safeParse(JSON.parse(text));
  return data && data.expires > steadyNow() ? data : undefined;
}

/** In the header: `name=value; `. */
function charactersOf(name: string, sealed: string): number {
  return name.length + sealed.length + 3;
}

function noRoom(running: RunningAttempt[]): PublicError {
  const left = Math.min(...running.map(({ attempt }) => attempt.expires)) - steadyNow();
  return new PublicError(
    429,
    'rate_limited',
    'Other sites are connecting in this browser too, and too many at once. Nothing was done. Finish or close what is open there, and press the connect button again in ten minutes at most.',
    { headers: { 'Retry-After': String(Math.max(1, Math.ceil(left / 1_000))) } },
  );
}
