import { isLoopback } from '../config-formats.ts';
import type { RegisteredClient } from './broker-api.ts';
import { chooseLanguage, type Language } from './messages/languages.ts';
import { type BrokerSettings, CLIENT_ID, SCOPE_WORD } from './options.ts';
import { PageRefusal } from './page.ts';
import type { AuthorizationRequest } from './tickets.ts';

/** Of the whole query, in characters. Room for a `state` of 4 KiB. */
const LONGEST_QUERY = 8 * 1024;

/** The parameters of a request by name. What is empty counts as left out (RFC 6749 section 3.1). */
export class Parameters {
  readonly #all: URLSearchParams;
  readonly #raw: string;

  constructor(query: string) {
    this.#raw = query;
    this.#all = new URLSearchParams(query);
  }

  get(name: string): string | undefined {
    return this.#all.get(name) || undefined;
  }

  /** RFC 6749 section 3.1: no parameter may come twice. */
  isRepeated(name: string): boolean {
    return this.#all.getAll(name).length > 1;
  }

  /**
   * A value as it stood in the query. What goes back like that is the same byte for byte, also where it is no text. Anything that
   * another part of an address could be taken for is encoded anew.
   */
  raw(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const raw = new RegExp(`(?:^|[?&])${name}=([^&]*)`).exec(this.#raw)?.[1] ?? '';
    return /^(?:[\w.~!$'()*+,;:@/?=-]|%[\da-f]{2})+$/i.test(raw) ? raw : encodeURIComponent(value);
  }
}

/** An app that may be told something by a redirect: it exists, and the address is one of its own. */
export interface Returnable {
  clientId: string;
  redirectUri: string;
  state?: string | undefined;
}

/** An error that goes to the app (RFC 6749 section 4.1.2.1). */
export class RedirectedError extends Error {
  override readonly name = 'RedirectedError';
  readonly code: RedirectedErrorCode;

  /** @param message In English, for the app's developer: in a URL, so it names no person and no account. */
  constructor(code: RedirectedErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

type RedirectedErrorCode =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'login_required'
  | 'consent_required';

/** What decides whether there can be a redirect at all. @throws PageRefusal */
export function readReturnable(query: string): Returnable & { parameters: Parameters } {
  if (query.length > LONGEST_QUERY) throw new PageRefusal(400, 'badRequest');
  const parameters = new Parameters(query);
  const clientId = parameters.get('client_id');
  const redirectUri = parameters.get('redirect_uri');
  const isClear = !parameters.isRepeated('client_id') && !parameters.isRepeated('redirect_uri');
  if (!isClear || clientId === undefined || redirectUri === undefined)
    throw new PageRefusal(400, 'badRequest');
  if (!CLIENT_ID.test(clientId)) throw new PageRefusal(400, 'unknownClient');
  if (!isReturnAddress(redirectUri)) throw new PageRefusal(400, 'foreignAddress');
  const state = parameters.isRepeated('state') ? undefined : parameters.raw('state');
  return { clientId, redirectUri, state, parameters };
}

/**
 * Asserts that the app may be used, and that the redirect URI is one of its own: byte for byte, whatever a parser of URLs makes of
 * it (RFC 9700 section 4.1.3).
 * @throws PageRefusal
 */
export function assertRegistered(
  client: RegisteredClient | undefined,
  redirectUri: string,
): asserts client is RegisteredClient {
  if (client?.status !== 'ACTIVE') throw new PageRefusal(400, 'unknownClient');
  if (!client.redirect_uri.includes(redirectUri)) throw new PageRefusal(400, 'foreignAddress');
}

/** https, or http on this very machine, without a fragment (RFC 6749 section 3.1.2) and without credentials. */
function isReturnAddress(text: string): boolean {
  if (!/^[\x21\x23-\x7e]{1,2000}$/.test(text) || text.includes('#') || !URL.canParse(text)) return false;
  const url = new URL(text);
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  return isSecure && /^https?:\/\/[^/\\]/.test(text) && url.username === '' && url.password === '';
}

const ONCE = [
  'response_type',
  'response_mode',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'lang',
  'ui_locales',
];

/** Everything else about the request. @throws RedirectedError */
export function readAuthorizationRequest(
  { clientId, redirectUri, state, parameters }: ReturnType<typeof readReturnable>,
  settings: BrokerSettings,
  language: Language,
): { request: AuthorizationRequest; prompts: readonly string[] } {
  const repeated = ONCE.find((name) => parameters.isRepeated(name));
  if (repeated !== undefined) throw new RedirectedError('invalid_request', `${repeated} is there twice.`);
  const responseType = parameters.get('response_type');
  if (responseType === undefined) throw new RedirectedError('invalid_request', 'response_type is missing.');
  if (responseType !== 'code') {
    throw new RedirectedError('unsupported_response_type', 'The only response_type here is code.');
  }
  if ((parameters.get('response_mode') ?? 'query') !== 'query') {
    throw new RedirectedError('invalid_request', 'The only response_mode here is query.');
  }
  const prompts = parameters.get('prompt')?.split(' ') ?? [];
  if (prompts.includes('none') && prompts.length > 1) {
    throw new RedirectedError('invalid_request', 'prompt=none goes with no other prompt.');
  }
  const challenge = readChallenge(parameters, settings, clientId);
  const scope = readScope(parameters.get('scope'), settings, clientId);
  return { request: { clientId, redirectUri, scope, state, challenge, language }, prompts };
}

/** What an app may ask for; the first is what it gets when it asks for nothing. */
export function offeredScopes(settings: BrokerSettings, clientId: string): readonly string[] {
  return settings.clients[clientId]?.scopes ?? Object.keys(settings.scopeSentences ?? { general: '' });
}

/** The scope that is asked for, or what the app gets when it asks for none (RFC 6749 section 3.3). @throws RedirectedError */
function readScope(text: string | undefined, settings: BrokerSettings, clientId: string): string {
  const offered = offeredScopes(settings, clientId);
  const words = text === undefined ? offered.slice(0, 1) : [...new Set(text.split(' '))];
  const wrong = words.some((word) => !SCOPE_WORD.test(word) || !offered.includes(word));
  if (wrong) throw new RedirectedError('invalid_scope', `This app may ask for: ${offered.join(' ')}.`);
  return words.join(' ');
}

/** RFC 7636 section 4.3. The method `plain`, which is also what no method means, protects nothing. @throws RedirectedError */
function readChallenge(
  parameters: Parameters,
  settings: BrokerSettings,
  clientId: string,
): string | undefined {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  const { pkce = 'required', codes = 'own' } = settings.clients[clientId] ?? {};
  if (codes === 'alpaca') {
    if (challenge === undefined && method === undefined) return undefined;
    throw new RedirectedError('invalid_request', 'This app gets codes that cannot have a code_challenge.');
  }
  if (challenge === undefined) {
    if (pkce === 'optional' && method === undefined) return undefined;
    throw new RedirectedError('invalid_request', 'code_challenge is missing (RFC 7636).');
  }
  if (method !== 'S256') {
    throw new RedirectedError('invalid_request', 'code_challenge_method has to be S256 (RFC 7636).');
  }
  if (!/^[\w-]{43}$/.test(challenge)) {
    throw new RedirectedError(
      'invalid_request',
      'code_challenge has to have 43 characters of base64url (RFC 7636).',
    );
  }
  return challenge;
}

/** The language of the pages: what the app asks for, by TradingView's name or OpenID's, or else the browser. */
export function languageOf(parameters: Parameters, acceptLanguage: string | undefined): Language {
  const asked = [parameters.get('lang') ?? [], parameters.get('ui_locales')?.split(' ') ?? []].flat();
  return chooseLanguage([...asked, ...(acceptLanguage?.split(',') ?? [])]);
}

/**
 * Where the browser goes with the outcome. The redirect URI stays as it was registered, its query included (RFC 6749 section
 * 3.1.2), and every answer names who gives it (RFC 9207).
 */
export function returnAddress(
  { redirectUri, state }: Pick<Returnable, 'redirectUri' | 'state'>,
  issuer: string,
  outcome: Readonly<Record<string, string>>,
): string {
  const parts = Object.entries(outcome).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (state !== undefined) parts.push(`state=${state}`);
  parts.push(`iss=${encodeURIComponent(issuer)}`);
  const joint = !redirectUri.includes('?') ? '?' : /[?&]$/.test(redirectUri) ? '' : '&';
  return redirectUri + joint + parts.join('&');
}
