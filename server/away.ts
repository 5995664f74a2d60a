/**
 * Acting while the person is away: a connection is also kept under the person themselves, so that the app's own code can use it when no
 * browser is there. Only with `getUser`, only when the page asked for it before the person agreed, and only until a date.
 */
import type { RequestHandler } from 'express';
import type { Attempt } from './connect/attempt.ts';
import type { AwayPermission, ConnectionsAnswer } from './contract.ts';
import { isUserId } from './hooks.ts';
import { PublicError } from './http/errors.ts';
import { report, requestIdOf } from './http/log.ts';
import { outdatedFinder } from './providers.ts';
import { type ServerConnection, serverConnection } from './server-connection.ts';
import type { Service } from './service.ts';
import { type AwayConnection, isSameAccount } from './session/away-connections.ts';
import { publicConnection, type StoredConnection } from './stored-connection.ts';
import { usableProviderOf } from './trading-rules.ts';

/**
 * Refuses an attempt that asks for more than this server offers.
 * @param days What the page asked for, if it did.
 * @throws PublicError 400 `config_invalid`
 */
export function assertAwayOffered(
  { configuration: { awayDays }, users }: Pick<Service, 'configuration' | 'users'>,
  days: number | undefined,
): void {
  if (days === undefined) return;
  if (!users.areKnown) {
    throw awayRefused('It needs getUser, by which the server knows whose connection it is.');
  }
  if (days > awayDays) {
    throw awayRefused(
      awayDays === 0
        ? "Set AWAY_DAYS, or remove the button's attribute away."
        : `The button's attribute away may be at most ${awayDays}, the server's AWAY_DAYS.`,
    );
  }
}

function awayRefused(remedy: string): PublicError {
  return new PublicError(
    400,
    'config_invalid',
    `This site may not ask to act while you are away. Nothing was connected. (Site owners: ${remedy})`,
  );
}

/**
 * Refuses before anything is spent what this server would not keep.
 * @throws PublicError 400 `config_invalid`, 409 `too_many_connections`
 */
export async function assertRoomForAway(
  service: Service,
  { user, awayUntil }: Pick<Attempt, 'user' | 'awayUntil'>,
  more: number,
): Promise<void> {
  if (awayUntil === undefined) return;
  // The rules may have changed since the attempt was started. Fewer days than then are kept to by the store.
  assertAwayOffered(service, 1);
  if (user !== undefined && (await service.away.hasRoom(user, more))) return;
  throw new PublicError(
    409,
    'too_many_connections',
    'This app acts for you with as many accounts as it may already. Nothing was connected. End one of them, then connect again.',
  );
}

/** Keeps what was just connected for the person, too, if they agreed to that. What expires and is renewed is not kept. */
export async function keepAway(
  { away, log }: Service,
  { user, awayUntil }: Pick<Attempt, 'user' | 'awayUntil'>,
  connections: readonly StoredConnection[],
  requestId: string,
): Promise<void> {
  if (user === undefined || awayUntil === undefined) return;
  // A refresh token is used once, so that a second place that keeps it would end the first.
  const lasting = connections.filter(({ renewal }) => renewal === undefined);
  const ids = lasting.map(({ id }) => id);
  if (lasting.length === 0) return;
  try {
    await away.keep(user, lasting, awayUntil);
  } catch (error) {
    // A write that came too late may have happened after all.
    await away.end(user, ({ id }) => ids.includes(id)).catch(() => {});
    throw error;
  }
  report(log, 'info', { event: 'away_allowed', connections: ids, requestId });
}

/** What `GET /connections` says of it: of the person who is signed in, and of nobody else. */
export async function listAway(
  { configuration, users, away }: Service,
  user: string | undefined,
): Promise<Pick<ConnectionsAnswer, 'awayDays' | 'away'>> {
  return {
    awayDays: users.areKnown ? configuration.awayDays : 0,
    away: user === undefined ? [] : (await away.of(user)).map(publicPermission),
  };
}

function publicPermission({ connection, until }: AwayConnection): AwayPermission {
  const { id, provider, environment, account, scope } = publicConnection(connection);
  return { id, provider, environment, account, scope, until: new Date(until).toISOString() };
}

/**
 * `DELETE /away/:id`: ends one for the person who is signed in. The connection in the session of a browser stays. Idempotent: 204
 * whether there was one or not, and also when it is somebody else's, which stays.
 */
export function endAway(service: Service): RequestHandler {
  return async (request, response) => {
    const user = service.sessions.user(request);
    // A 204 would tell somebody whose sign-in timed out that the app acts no longer.
    if (user === undefined) {
      throw new PublicError(
        401,
        'access_denied',
        'Sign in to this site first, then try again. Nothing was ended.',
      );
    }
    const ended = await service.away.end(user, ({ id }) => id === request.params['id']);
    reportEnded(service, ended, requestIdOf(response));
    response.status(204).end();
  };
}

/**
 * Ends what the app may do with accounts that the person disconnects, in whichever browser it was allowed.
 * @returns What is kept on.
 */
export async function endAwayWith(
  service: Service,
  removed: readonly StoredConnection[],
  requestId: string,
): Promise<StoredConnection[]> {
  const [user] = removed.flatMap((connection) => connection.user ?? []);
  if (user === undefined) return [];
  const isMeant = (kept: StoredConnection) => removed.some((connection) => isSameAccount(connection, kept));
  reportEnded(service, await service.away.end(user, isMeant), requestId);
  return (await service.away.of(user)).map(({ connection }) => connection);
}

/**
 * What the app may use for a person while they are away, under the rules of today.
 * @throws TypeError for what is no id, PublicError 503 `session_store_unavailable`
 */
export async function connectionsOfUser(service: Service, user: string): Promise<ServerConnection[]> {
  assertUserId(user);
  const isOutdated = outdatedFinder(service.configuration.providers);
  return (await service.away.of(user)).flatMap((kept) => {
    const provider = usableProviderOf(service.configuration, kept.connection);
    if (provider === undefined || isOutdated(kept.connection)) return [];
    const { connection: stored, until } = kept;
    return serverConnection(stored, provider, {
      until: new Date(until),
      async markRevoked() {
        const isRevoked = (await service.tokenCheck.verdict(stored)) === 'revoked';
        if (isRevoked) reportEnded(service, await service.away.end(user, ({ id }) => id === stored.id));
        return isRevoked;
      },
    });
  });
}

/**
 * Ends all of it for a person.
 * @throws TypeError for what is no id, PublicError 503 `session_store_unavailable`
 */
export async function endAllOfUser(service: Service, user: string): Promise<void> {
  assertUserId(user);
  reportEnded(service, await service.away.end(user, () => true));
}

function assertUserId(user: unknown): asserts user is string {
  if (!isUserId(user)) throw new TypeError('The user is the id that getUser returns: 1 to 200 characters.');
}

function reportEnded({ log }: Service, ended: readonly AwayConnection[], requestId?: string): void {
  if (ended.length === 0) return;
  const connections = ended.map(({ connection }) => connection.id);
  report(log, 'info', { event: 'away_ended', connections, requestId });
}
