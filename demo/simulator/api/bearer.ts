import type { Request, RequestHandler, Response } from 'express';
import type { Api, Environment } from '../../../server/contract.ts';
import { type AccessToken, type AccessTokens, GENERAL, type Scope } from '../oauth/access-tokens.ts';
import type { Account } from '../trading/account.ts';
import { scopeRefused, unauthorized } from './api-error.ts';

/** Looks up the bearer token and leaves it in `response.locals`. Refuses nothing: the rate limit stands in between. */
export function identifyBearer(tokens: AccessTokens): RequestHandler {
  return function identify(request, response, next) {
    const [, value] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    response.locals['token'] = value === undefined ? undefined : tokens.find(value);
    next();
  };
}

/** Refuses a request without a usable token, and one whose token does not cover this host. */
export function requireToken(api: Api, accounts: readonly Account[]): RequestHandler {
  return function authorize(_request, response, next) {
    const token = tokenOf(response);
    if (token === undefined) throw unauthorized();
    if (api !== 'data') response.locals['account'] = accountFor(token, api, accounts);
    next();
  };
}

/** Refuses a token that was not granted the scope. Which operation wants which scope is Alpaca's OAuth reference. */
export function requireScope(scope: Scope): RequestHandler {
  return function checkScope(_request, response, next) {
    const granted = tokenOf(response)?.scope.split(' ') ?? [];
    if (!granted.includes(scope) && !granted.includes(GENERAL)) throw scopeRefused();
    next();
  };
}

/** The account that the request is about. Only behind `requireToken('paper' | 'live')`. */
export function accountOf(response: Response): Account {
  return response.locals['account'] as Account;
}

/** What requests are counted by: the account, or for strangers whatever they presented. */
export function callerOf(request: Request, response: Response): string {
  const accounts = tokenOf(response)?.accounts;
  const account = request.baseUrl === '/live' ? accounts?.live : (accounts?.paper ?? accounts?.live);
  return account ?? request.headers.authorization ?? 'nobody';
}

function tokenOf(response: Response): AccessToken | undefined {
  return response.locals['token'] as AccessToken | undefined;
}

function accountFor(token: AccessToken, environment: Environment, accounts: readonly Account[]): Account {
  const account = accounts.find(({ id }) => id === token.accounts[environment]);
  if (account === undefined) throw scopeRefused();
  return account;
}
