import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type RecordStore, sessionStoreUnavailable } from '../session/records.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { UserNames } from '../session/user-names.ts';

/** Who allowed what to whom. */
export const GrantTerms = z.object({
  user: z.string(),
  clientId: z.string(),
  /** As the person read them. */
  clientName: z.string(),
  clientHost: z.string(),
  accountId: z.string(),
  /** As the person knows the account, with no more of its number than they saw. */
  accountLabel: z.string(),
  accountDigits: z.string(),
  /** Space-delimited. */
  scope: z.string(),
});
export type GrantTerms = z.infer<typeof GrantTerms>;

/** What one code came to: a token, and those that it was renewed with. */
const Family = z.object({
  id: z.string(),
  redirectUri: z.string(),
  scope: z.string(),
  /** The highest generation whose refresh token was used; 0 before. */
  used: z.number(),
  /** Of the app's secret that Alpaca accepted last. */
  secretHash: z.string(),
  /** Alpaca's tokens by generation. Only where something can end them. */
  tokens: z.array(z.object({ generation: z.number(), token: z.string() })),
});
export type Family = z.infer<typeof Family>;

/** One app's access to one account of a person. */
const Grant = GrantTerms.extend({
  id: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  lastExchange: z.number().optional(),
  families: z.array(Family),
});
export type Grant = z.infer<typeof Grant>;

/** Where a token belongs. */
export const TokenPlace = z.object({
  user: z.string(),
  grant: z.string(),
  family: z.string(),
  clientId: z.string(),
  generation: z.number(),
});
export type TokenPlace = z.infer<typeof TokenPlace>;

const TokenRecord = TokenPlace.extend({ kind: z.enum(['access', 'refresh']) });
type TokenRecord = z.infer<typeof TokenRecord>;

/** In milliseconds. What a person has not used for five years is forgotten; so long, a token of Alpaca's may be given back. */
const LIFETIME = 5 * 366 * 86_400_000;
/** Of one person. The oldest is forgotten for a new one. */
const MOST_GRANTS = 100;
/** Of one grant: an app that connects the same account again and again. */
const MOST_FAMILIES = 20;
/** Somebody else changes the same record meanwhile. */
const MOST_SWAPS = 20;

/**
 * What people connected, in one record for each person, and where each token belongs. Every change is a compare-and-swap. Outside of
 * the records a person has a name that nobody can make without the key of the names.
 */
export class Grants {
  readonly #records: RecordStore;
  readonly #names: UserNames;

  /** @param keyIds Public names of the key ring, newest first: `Sealer.keyIds()`. */
  constructor(records: RecordStore, keyIds: readonly string[]) {
    this.#records = records;
    this.#names = new UserNames({ records, keyIds, now: steadyNow });
  }

  async of(user: string): Promise<Grant[]> {
    const name = await this.#names.find(user);
    if (name === undefined) return [];
    const { grants, sealed } = await this.#read(name);
    if (sealed && !this.#records.isSealedByNewest({ sealed })) {
      // Whoever comes between has sealed it anew, too.
      await this.#records.replace('broker-grants', name, sealed, grants, steadyNow() + LIFETIME);
    }
    return grants;
  }

  async find({ user, grant, family }: TokenPlace): Promise<{ grant: Grant; family: Family } | undefined> {
    const found = (await this.of(user)).find(({ id }) => id === grant);
    const member = found?.families.find(({ id }) => id === family);
    return found && member && { grant: found, family: member };
  }

  /** Notes what a person allowed. @returns its grant, which is the one there was, if there was one. */
  async add(
    terms: GrantTerms,
    family: Omit<Family, 'id' | 'used'> | undefined,
  ): Promise<{ grant: Grant; family: string }> {
    const familyId = randomId();
    let result: Grant | undefined;
    await this.#change(terms.user, (grants) => {
      const known = grants.find(
        ({ clientId, accountId }) => clientId === terms.clientId && accountId === terms.accountId,
      );
      result = {
        ...terms,
        id: known?.id ?? randomId(),
        since: known?.since ?? steadyNow(),
        lastExchange: family ? steadyNow() : known?.lastExchange,
        families: [
          ...(known?.families ?? []),
          ...(family ? [{ ...family, id: familyId, used: 0 }] : []),
        ].slice(-MOST_FAMILIES),
      };
      return [...grants.filter((grant) => grant !== known), result].slice(-MOST_GRANTS);
    });
    if (result === undefined) throw new Error('The change was not made.');
    return { grant: result, family: familyId };
  }

  /** Changes a family. @returns false when it has ended meanwhile. */
  async update(place: TokenPlace, change: (family: Family) => Family): Promise<boolean> {
    let isThere = false;
    await this.#change(place.user, (grants) =>
      grants.map((grant) => {
        if (grant.id !== place.grant || !grant.families.some(({ id }) => id === place.family)) return grant;
        isThere = true;
        return {
          ...grant,
          lastExchange: steadyNow(),
          families: grant.families.map((family) => (family.id === place.family ? change(family) : family)),
        };
      }),
    );
    return isThere;
  }

  /** Ends a family, and its grant with the last of them. @returns what it ended. */
  async endFamily(place: TokenPlace): Promise<{ grant: Grant; families: Family[] } | undefined> {
    let ended: { grant: Grant; families: Family[] } | undefined;
    await this.#change(place.user, (grants) => {
      ended = undefined;
      return grants.flatMap((grant) => {
        const families = grant.families.filter(({ id }) => grant.id === place.grant && id === place.family);
        if (families.length === 0) return [grant];
        ended = { grant, families };
        const left = grant.families.filter((family) => !families.includes(family));
        return left.length === 0 ? [] : [{ ...grant, families: left }];
      });
    });
    return ended;
  }

  /** Ends a grant with all of its families. @returns what it ended. */
  async end(user: string, id: string): Promise<{ grant: Grant; families: Family[] } | undefined> {
    let ended: Grant | undefined;
    await this.#change(user, (grants) => {
      ended = grants.find((grant) => grant.id === id);
      return grants.filter((grant) => grant !== ended);
    });
    return ended && { grant: ended, families: ended.families };
  }

  /** Remembers where a token belongs. The store knows its hash alone. */
  async place(token: string, record: TokenRecord, lifetime = LIFETIME): Promise<void> {
    await this.#records.put('broker-token', token, record, steadyNow() + lifetime);
  }

  async placeOf(token: string): Promise<TokenRecord | undefined> {
    return TokenRecord.safeParse((await this.#records.read('broker-token', token))?.value).data;
  }

  async #read(name: string): Promise<{ grants: Grant[]; sealed: Buffer | undefined }> {
    const found = await this.#records.read('broker-grants', name);
    if (found === undefined) return { grants: [], sealed: undefined };
    return { grants: z.array(Grant).parse(found.value), sealed: found.sealed };
  }

  async #change(user: string, change: (grants: Grant[]) => Grant[]): Promise<void> {
    const name = await this.#names.make(user);
    for (let swap = 0; swap < MOST_SWAPS; swap += 1) {
      const { grants, sealed } = await this.#read(name);
      const changed = change(grants);
      const expires = steadyNow() + LIFETIME;
      const isDone =
        sealed === undefined
          ? await this.#records.fill('broker-grants', name, changed, expires)
          : await this.#records.replace('broker-grants', name, sealed, changed, expires);
      if (isDone) return;
    }
    throw sessionStoreUnavailable(new Error(`Grants could not be changed in ${MOST_SWAPS} attempts.`));
  }
}

export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

export function hashSecret(clientId: string, secret: string): string {
  return hash('sha256', JSON.stringify([clientId, secret]), 'base64url');
}

/** Whether an app shows the secret that Alpaca accepted when the family was last exchanged. */
export function hasSecret({ secretHash }: Family, clientId: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(secretHash), Buffer.from(hashSecret(clientId, secret)));
}
