import type { Environment } from '../../../server/contract.ts';
import { SCOPES } from './access-tokens.ts';
import type { Client } from './client.ts';

/** A checked authorization request. It waits on the server until the person decides. */
export interface AuthorizationRequest {
  client: Client;
  redirectUri: string;
  state: string | undefined;
  /** Space-delimited. Empty means read-only. */
  scope: string;
  /** The environments that the person is asked for. */
  environments: readonly Environment[];
  /** RFC 7636 section 4.2, method S256. Undefined when the app did not use PKCE. */
  codeChallenge: string | undefined;
}

/**
 * What became of a request. `refused` is told to the person and never redirected: who sent it, or where to, is not known
 * (RFC 6749 section 4.1.2.1). `faulty` goes back to the app.
 */
type ReadRequest =
  | { kind: 'accepted'; request: AuthorizationRequest }
  | { kind: 'refused'; reason: string }
  | { kind: 'faulty'; redirectUri: string; state: string | undefined; error: string; description: string };

/** Alpaca has been seen to refuse a shorter `state`. */
const MIN_STATE = 8;
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** Judges the query of `GET /oauth/authorize`. */
export function readAuthorizationRequest(query: URLSearchParams, clients: readonly Client[]): ReadRequest {
  const client = clients.find(({ clientId }) => clientId === query.get('client_id'));
  if (client === undefined) return { kind: 'refused', reason: 'This client_id is not registered.' };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!client.redirectUris.includes(redirectUri))
    return {
      kind: 'refused',
      reason: 'This redirect_uri is not one that the app has registered, byte by byte.',
    };

  const state = query.get('state') ?? undefined;
  const fault = findFault(query);
  if (fault !== undefined) {
    const [error, description] = fault;
    return { kind: 'faulty', redirectUri, state, error, description };
  }
  const request: AuthorizationRequest = {
    client,
    redirectUri,
    state,
    scope: scopesOf(query).join(' '),
    environments: environmentsOf(query),
    codeChallenge: query.get('code_challenge') ?? undefined,
  };
  return { kind: 'accepted', request };
}

/** The error code of RFC 6749 section 4.1.2.1 and a sentence about it, or undefined for a sound request. */
function findFault(query: URLSearchParams): [error: string, description: string] | undefined {
  const repeated = [...query.keys()].find((name) => query.getAll(name).length > 1);
  if (repeated !== undefined) return ['invalid_request', `${repeated} is given twice`];
  if (query.get('response_type') !== 'code')
    return ['unsupported_response_type', 'response_type must be code'];
  const unknown = scopesOf(query).find((scope) => !SCOPES.some((known) => known === scope));
  if (unknown !== undefined) return ['invalid_scope', `scopes are ${SCOPES.join(', ')}`];
  if (!['live', 'paper', null].includes(query.get('env')))
    return ['invalid_request', 'env must be live or paper'];
  if ((query.get('state')?.length ?? MIN_STATE) < MIN_STATE)
    return ['invalid_request', `state must have at least ${MIN_STATE} characters`];
  return findPkceFault(query);
}

/** RFC 7636 section 4.4.1. The method `plain` protects nothing that could not be read anyway. */
function findPkceFault(query: URLSearchParams): [error: string, description: string] | undefined {
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method');
  if (challenge === null && method === null) return undefined;
  if (method === 'S256' && challenge !== null && S256_CHALLENGE.test(challenge)) return undefined;
  return ['invalid_request', 'code_challenge needs method S256 and 43 characters of base64url'];
}

function scopesOf(query: URLSearchParams): string[] {
  return [...new Set((query.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))];
}

/** Without `env` Alpaca asks for a live and a paper account. */
function environmentsOf(query: URLSearchParams): Environment[] {
  const environment = query.get('env');
  return environment === 'paper' || environment === 'live' ? [environment] : ['paper', 'live'];
}
