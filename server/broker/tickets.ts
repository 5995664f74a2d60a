import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { RecordStore } from '../session/records.ts';
import type { Sealer } from '../session/sealer.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { LANGUAGES } from './messages/languages.ts';
import type { BrokerUser } from './options.ts';

/** A request for authorization that was checked: its app exists, and the redirect URI is one of the app's. */
export const AuthorizationRequest = z.object({
  clientId: z.string(),
  redirectUri: z.string(),
  /** Space-delimited. */
  scope: z.string(),
  /** As it stood in the query, percent-encoding and all. */
  state: z.string().optional(),
  /** RFC 7636 section 4.2, method S256. */
  challenge: z.string().optional(),
  language: z.enum(LANGUAGES),
});
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;

/** A ticket, as an address or a form may hold it. */
export const TICKET = /^[\w-]{43}$/;

/** Requests that wait for sign-in or consent. An address holds the ticket alone, and each is decided once. */
export class Tickets {
  readonly #records: RecordStore;
  readonly #sealer: Sealer;
  readonly #lifetime: number;

  /** @param lifetime In milliseconds. */
  constructor(records: RecordStore, sealer: Sealer, lifetime: number) {
    this.#records = records;
    this.#sealer = sealer;
    this.#lifetime = lifetime;
  }

  async issue(request: AuthorizationRequest): Promise<string> {
    const ticket = randomBytes(32).toString('base64url');
    await this.#records.create('broker-ticket', ticket, request, steadyNow() + this.#lifetime);
    return ticket;
  }

  /** Undefined for one that is unknown, too old, or decided. Asking uses nothing up. */
  async read(ticket: string): Promise<AuthorizationRequest | undefined> {
    if (!TICKET.test(ticket)) return undefined;
    const found = await this.#records.read('broker-ticket', ticket);
    if (found === undefined || (await this.#records.read('broker-ticket', decided(ticket)))) return undefined;
    return AuthorizationRequest.safeParse(found.value).data;
  }

  /** True for the first decision alone, whichever server gets it. */
  decide(ticket: string): Promise<boolean> {
    return this.#records.claim('broker-ticket', decided(ticket), steadyNow() + this.#lifetime);
  }

  /** What a form has to hold for an answer to count: it was made for this very page, and only this server can make it. */
  proof(page: ConsentPage): string {
    return this.#sealer.seal('broker-consent', contextOf(page), '').toString('base64url');
  }

  proves(proof: string, page: ConsentPage): boolean {
    return this.#opens(proof, contextOf(page));
  }

  /** The same for the form that ends a grant. */
  endingProof(user: string, grant: string): string {
    return this.#sealer.seal('broker-consent', endingOf(user, grant), '').toString('base64url');
  }

  provesEnding(proof: string, user: string, grant: string): boolean {
    return this.#opens(proof, endingOf(user, grant));
  }

  #opens(proof: string, context: string): boolean {
    return this.#sealer.open('broker-consent', context, Buffer.from(proof, 'base64url')) !== undefined;
  }
}

function endingOf(user: string, grant: string): string {
  return JSON.stringify(['end', user, grant]);
}

/** What a person saw when they decided. */
interface ConsentPage {
  ticket: string;
  request: AuthorizationRequest;
  user: BrokerUser;
}

function contextOf({ ticket, request, user }: ConsentPage): string {
  const { clientId, redirectUri, scope, state, challenge } = request;
  const accounts = user.accounts.map(({ id, tradable, live = true }) => [id, tradable, live]);
  return hash(
    'sha256',
    JSON.stringify([user.id, ticket, clientId, redirectUri, scope, state, challenge, accounts]),
    'base64url',
  );
}

function decided(ticket: string): string {
  return `${ticket}:decided`;
}
