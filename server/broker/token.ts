/**
 * `POST {issuer}/token`: an app's server gets a token for a code, or for a refresh token. Alpaca's Broker API issues it against the
 * app's secret, which is passed on and not kept.
 */
import type { Request, RequestHandler, Response } from 'express';
import { rateLimited } from '../http/errors.ts';
import { report, requestIdOf } from '../http/log.ts';
import { MinuteCounts } from '../http/minute-counts.ts';
import type { Parameters } from './authorization-request.ts';
import { BrokerApiError } from './broker-api.ts';
import type { BrokerService } from './broker-service.ts';
import { invalidClient, readClient, type ShownClient, WrongSecrets } from './client-authentication.ts';
import { endFamilies, endTokens } from './end-tokens.ts';
import { formOf, isForm } from './form.ts';
import { type Family, type GrantTerms, hashSecret, randomId, type TokenPlace } from './grants.ts';
import { OAuthError, unavailable } from './oauth-error.ts';

/** A request whose app and secret were read. */
interface TokenRequest {
  request: Request;
  response: Response;
  form: Parameters;
  client: ShownClient;
}

const ONCE = [
  'grant_type',
  'client_id',
  'client_secret',
  'code',
  'redirect_uri',
  'code_verifier',
  'refresh_token',
  'scope',
  'token',
  'token_type_hint',
];

/** @throws OAuthError 400 `invalid_request` (RFC 6749 section 3.2) */
export function readForm(request: Request): Parameters {
  if (!isForm(request)) {
    throw new OAuthError(400, 'invalid_request', 'Send a form: application/x-www-form-urlencoded.');
  }
  const form = formOf(request);
  const repeated = ONCE.find((name) => form.isRepeated(name));
  if (repeated !== undefined) throw new OAuthError(400, 'invalid_request', `${repeated} is there twice.`);
  return form;
}

export function issueToken(service: BrokerService): RequestHandler {
  const { settings, log, api, codes, grants } = service;
  const wrongSecrets = new WrongSecrets();
  const exchanges = new MinuteCounts();

  return async (request, response) => {
    const form = readForm(request);
    const client = readClient(request, form);
    wrongSecrets.assertFew(request, client);
    const grantType = form.get('grant_type');
    const asked = { request, response, form, client };
    if (grantType === undefined) throw new OAuthError(400, 'invalid_request', 'grant_type is missing.');
    if (grantType === 'authorization_code') return exchangeCode(asked);
    if (grantType === 'refresh_token') return refresh(asked);
    throw new OAuthError(
      400,
      'unsupported_grant_type',
      'The grant types here are authorization_code and refresh_token.',
    );
  };

  async function exchangeCode({ request, response, form, client }: TokenRequest): Promise<void> {
    const value = form.get('code');
    if (value === undefined) throw new OAuthError(400, 'invalid_request', 'code is missing.');
    const code = await codes.read(value, client.id);
    if (code === undefined) {
      await endReplayed(value, client, response);
      throw invalidGrant();
    }
    countExchange(client);
    const proof = {
      clientId: client.id,
      redirectUri: form.get('redirect_uri'),
      codeVerifier: form.get('code_verifier'),
    };
    if (!(await codes.spend(value, code, proof))) {
      await endReplayed(value, client, response);
      throw invalidGrant();
    }
    const { redirectUri, challenge: _, ...terms } = code;
    const token = await issue({ request, client, redirectUri, terms });
    const generation = 1;
    const { grant, family } = await orEnd(token.accessToken, () =>
      grants.add(terms, {
        redirectUri,
        scope: code.scope,
        secretHash: hashSecret(client.id, client.secret),
        tokens: kept({ generation, token: token.accessToken }),
      }),
    );
    const place = { user: code.user, grant: grant.id, family, clientId: client.id, generation };
    await orEnd(token.accessToken, async () => {
      await codes.remember(value, place);
      await answer(response, { ...token, place });
    });
    await service.tell('onGrant', grant);
  }

  async function refresh({ request, response, form, client }: TokenRequest): Promise<void> {
    const value = form.get('refresh_token');
    if (value === undefined) throw new OAuthError(400, 'invalid_request', 'refresh_token is missing.');
    const place = await grants.placeOf(value);
    if (place?.kind !== 'refresh' || place.clientId !== client.id) throw invalidGrant();
    const found = await grants.find(place);
    if (found === undefined) throw invalidGrant();
    const { grant, family } = found;
    if (place.generation < family.used) {
      await endFamily(place, response);
      throw invalidGrant();
    }
    const scope = narrowed(form.get('scope'), family.scope);
    countExchange(client);
    const token = await issue({
      request,
      client,
      redirectUri: family.redirectUri,
      terms: { ...grant, scope },
    });
    const next = { ...place, generation: place.generation + 1 };
    let superseded: Family['tokens'] = [];
    const isThere = await orEnd(token.accessToken, () =>
      grants.update(place, (current) => {
        const used = Math.max(current.used, place.generation);
        // An app that shows a refresh token has the access token that came with it: those before are not needed any more.
        superseded = current.tokens.filter(({ generation }) => generation < used);
        const tokens = current.tokens.filter((each) => !superseded.includes(each));
        tokens.push(...kept({ generation: next.generation, token: token.accessToken }));
        return { ...current, used, secretHash: hashSecret(client.id, client.secret), tokens };
      }),
    );
    if (!isThere) {
      await endTokens(service, [token.accessToken]);
      throw invalidGrant();
    }
    void endTokens(
      service,
      superseded.map((each) => each.token),
    );
    await answer(response, { ...token, place: next });
  }

  /** Has Alpaca issue a token. @throws OAuthError */
  async function issue({
    request,
    client,
    redirectUri,
    terms,
  }: {
    request: Request;
    client: ShownClient;
    redirectUri: string;
    terms: Pick<GrantTerms, 'scope' | 'accountId'>;
  }): Promise<{ accessToken: string; scope: string }> {
    const { scope, accountId } = terms;
    try {
      return await api.issueToken({
        clientId: client.id,
        clientSecret: client.secret,
        redirectUri,
        scope,
        accountId,
      });
    } catch (error) {
      if (!(error instanceof BrokerApiError)) throw error;
      if (error.code === 'unavailable') throw unavailable(error);
      if (error.code === 'invalid') {
        throw new OAuthError(400, 'invalid_scope', 'Alpaca refuses this scope or redirect URI.', {
          cause: error,
        });
      }
      wrongSecrets.count(request, client);
      throw invalidClient(client, error);
    }
  }

  /** RFC 6749 section 5.1. With `expires_in` comes what the token is renewed with. */
  async function answer(
    response: Response,
    { accessToken, scope, place }: { accessToken: string; scope: string; place: TokenPlace },
  ): Promise<void> {
    const { expiresIn, refreshLifetime } = settings.tokens;
    const refreshToken = expiresIn === null ? undefined : `${randomId()}${randomId()}`;
    // Of tokens that are renewed, only the last ones matter.
    const lifetime = expiresIn === null ? undefined : (expiresIn + refreshLifetime) * 1_000;
    await grants.place(accessToken, { ...place, kind: 'access' }, lifetime);
    if (refreshToken !== undefined) {
      await grants.place(refreshToken, { ...place, kind: 'refresh' }, refreshLifetime * 1_000);
    }
    report(log, 'info', {
      event: 'broker_token_issued',
      client: place.clientId,
      requestId: requestIdOf(response),
    });
    response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' }).json({
      access_token: accessToken,
      token_type: 'Bearer',
      ...(expiresIn === null ? {} : { expires_in: expiresIn, refresh_token: refreshToken }),
      scope,
    });
  }

  /** A token that nobody learns of, because the store failed, is ended where that is possible. */
  async function orEnd<T>(accessToken: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await endTokens(service, [accessToken]);
      throw error;
    }
  }

  /** A code that is shown again was stolen, or the app is broken: what it got is ended, where that is possible. */
  async function endReplayed(value: string, client: ShownClient, response: Response): Promise<void> {
    const place = await codes.placeOf(value);
    if (place?.clientId === client.id) await endFamily(place, response);
  }

  async function endFamily(place: TokenPlace, response: Response): Promise<void> {
    report(log, 'warn', { event: 'broker_replay', client: place.clientId, requestId: requestIdOf(response) });
    const ended = await grants.endFamily(place);
    if (ended === undefined) return;
    await endFamilies(service, ended.families);
    await service.tell('onRevoke', ended.grant);
  }

  /** @throws PublicError 429 `rate_limited` */
  function countExchange({ id }: ShownClient): void {
    const { totalHits, resetTime } = exchanges.increment(id);
    if (totalHits > settings.tokensPerMinute) throw rateLimited('exchanges', resetTime);
  }

  /** Tokens are kept only where they can be ended with it. */
  function kept(token: Family['tokens'][number]): Family['tokens'] {
    return settings.revokeBy === 'none' ? [] : [token];
  }
}

/** RFC 6749 section 6: no more than was granted. @throws OAuthError 400 `invalid_scope` */
function narrowed(asked: string | undefined, granted: string): string {
  if (asked === undefined) return granted;
  const words = granted.split(' ');
  if (asked.split(' ').every((word) => words.includes(word))) return asked;
  throw new OAuthError(400, 'invalid_scope', 'The scope is more than what was granted.');
}

function invalidGrant(): OAuthError {
  return new OAuthError(
    400,
    'invalid_grant',
    'The code or refresh token is unknown, too old or used, or it was issued for another app, redirect_uri or code_verifier.',
  );
}
