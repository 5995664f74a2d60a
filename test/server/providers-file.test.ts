import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ConfigurationError, readConfiguration } from '../../server/config-reader.ts';
import type { Configuration } from '../../server/configuration.ts';
import { providerOfAttempt } from '../../server/connect/attempt.ts';
import { endpointsOf, findProvider } from '../../server/providers.ts';
import { validEnvironment } from './valid-environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'providers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'canary-secret\n');

const ACME = {
  name: 'Acme Invest',
  authorizeUrl: 'https://acme.test/oauth/authorize',
  tokenUrl: 'https://acme.test/oauth/token',
  clientId: '0123456789abcdef',
  clientSecretFile: secretFile,
  environments: ['live'],
  live: 'approved',
  scopes: { trading: 'general', data: 'general' },
  liveUrl: 'https://api.alpaca.markets',
  dataUrl: 'https://data.alpaca.markets',
};

function fileWith(content: unknown): string {
  const file = join(folder, 'providers.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function read(content: unknown) {
  return readConfiguration({ ...validEnvironment(), PROVIDERS_FILE: fileWith(content) }).providers;
}

function problemsOf(content: unknown): readonly string[] {
  try {
    read(content);
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
}

describe('PROVIDERS_FILE', () => {
  it('adds broker partners behind Alpaca, each with a redirect URI of its own', () => {
    const [alpaca, acme, more] = read({ acme: ACME });
    expect(alpaca).toMatchObject({ id: 'alpaca', redirectUri: 'https://app.shop.test/alpaca/callback' });
    expect(more).toBeUndefined();
    expect(acme).toMatchObject({
      id: 'acme',
      redirectUri: 'https://app.shop.test/alpaca/callback/acme',
      clientSecret: 'canary-secret',
      clientAuthentication: 'client_secret_post',
      pkce: true,
      issuer: 'https://acme.test',
      requiresIssuer: false,
      environmentParameter: undefined,
      scopes: ['trading', 'data'],
      accountPath: '/v2/account',
    });
    expect(acme?.urls).toEqual({
      live: new URL('https://api.alpaca.markets'),
      data: new URL('https://data.alpaca.markets'),
    });
    expect(acme?.streamUrls.live).toEqual(new URL('wss://api.alpaca.markets/stream'));
  });

  it('has neither API nor stream of an environment that the partner does not offer', () => {
    const paperUrl = 'https://paper.acme.test';
    const [, acme] = read({ acme: { ...ACME, paperUrl, paperStreamUrl: 'wss://paper.acme.test/stream' } });
    expect(acme?.urls.paper).toBeUndefined();
    expect(acme?.streamUrls.paper).toBeUndefined();
  });

  it('names each problem of each partner beside those of the other variables, and no value', () => {
    const canary = 'https://canary.test/?q';
    const problems = problemsOf({
      acme: { ...ACME, tokenUrl: canary, clientSecretFile: '/nowhere/canary', colour: 'canary' },
      Shouting: ACME,
      paper: ACME,
      beta: { ...ACME, liveUrl: undefined, live: 'off' },
    });
    expect(problems.every((problem) => problem.startsWith('PROVIDERS_FILE '))).toBe(true);
    const all = problems.join('\n');
    expect(all).toMatch(/says of acme that tokenUrl must be an https URL/);
    expect(all).toMatch(/says of acme that it has settings that do not exist: colour/);
    expect(all).toMatch(/names the provider "Shouting"/);
    expect(all).toMatch(/names the provider "paper"/);
    expect(all).toMatch(/says of beta that liveUrl is missing/);
    expect(all).toMatch(/says of beta that live is off, but environments has live/);
    expect(all).not.toContain('canary');
    expect(() =>
      readConfiguration({ ...validEnvironment(), PORT: 'x', PROVIDERS_FILE: fileWith({ paper: ACME }) }),
    ).toThrow(/PORT must be[\s\S]*PROVIDERS_FILE names the provider/);
  });

  it.each([
    ['a file that is not there', () => '/nowhere/providers.json'],
    ['no JSON', () => fileWith('{')],
    ['a list', () => fileWith([ACME])],
  ])('says what has to be in it: %s', (_, make) => {
    const file = make();
    expect(() => readConfiguration({ ...validEnvironment(), PROVIDERS_FILE: file })).toThrow(
      /PROVIDERS_FILE must name a file with a JSON object/,
    );
  });

  it.each([
    ['name', undefined, /name is missing/],
    ['clientSecretFile', '/nowhere', /clientSecretFile names a file that cannot be read/],
    [
      'clientAuthentication',
      'basic',
      /clientAuthentication must be one of client_secret_post, client_secret_basic/,
    ],
    ['authorizeUrl', 'http://acme.test/authorize', /authorizeUrl must be an https URL/],
    ['environments', [], /environments must name paper, live, or both/],
    ['environments', ['demo'], /environments\.0 must be one of paper, live/],
    ['environments', ['paper'], /paperUrl is missing/],
    ['scopes', { trading: 'two words' }, /scopes\.trading must be one scope/],
    ['scopes', { trade: 'x' }, /says of acme that/],
    ['live', 'developer', /developerAccounts is missing/],
    ['issuer', 'acme', /issuer must be an https URL/],
    ['accountUrl', 'https://evil.test/', /accountUrl must be a path/],
    ['accountUrl', '/v2/account?x=y', /accountUrl must be a path/],
    ['accountUrl', '/v2/../oauth', /accountUrl must be a path/],
    ['liveStreamUrl', 'https://api.alpaca.markets/stream', /liveStreamUrl must be a wss URL/],
    ['refresh', 'on', /refresh must be one of auto, off/],
    ['manageUrl', 'http://acme.test/apps', /manageUrl must be an https URL/],
    ['manageUrl', 'javascript:alert(1)', /manageUrl must be an https URL/],
    ['manageUrl', 'https://user:secret@acme.test/', /manageUrl must be an https URL/],
    ['disclosure', ' ', /disclosure is empty/],
    ['disclosure', 'Review', /disclosure must be the text itself/],
    ['disclosure', 'x'.repeat(2_001), /disclosure must not be longer/],
  ])('refuses %s: %j', (name, value, expected) => {
    expect(problemsOf({ acme: { ...ACME, [name]: value } }).join()).toMatch(expected);
  });
});

it('takes null for what an entry does not have, and ids of one to thirty-two characters', () => {
  const nothing = {
    revokeUrl: null,
    issuer: null,
    paperUrl: null,
    readScope: null,
    environmentParameter: null,
    manageUrl: null,
    disclosure: null,
  };
  for (const id of ['a', '9x', 'b'.repeat(32)]) {
    expect(findProvider(read({ [id]: { ...ACME, ...nothing } }), id)).toMatchObject({
      revokeUrl: undefined,
      requiresIssuer: false,
      urls: { live: new URL('https://api.alpaca.markets') },
      manageUrl: undefined,
      disclosure: undefined,
      refresh: true,
    });
  }
  expect(problemsOf({ ['b'.repeat(33)]: ACME }).join()).toMatch(/at most 32/);
  expect(problemsOf({ acme: { ...ACME, name: 7 } }).join()).toMatch(
    /says of acme that name must be a string/,
  );
});

describe('providerOfAttempt()', () => {
  it('reads an attempt of the release before as one through Alpaca, and one through a partner only as it was begun', () => {
    const providers = read({ acme: ACME });
    const acme = findProvider(providers, 'acme');
    const configuration = { providers } as Configuration;
    expect(providerOfAttempt(configuration, {})?.id).toBe('alpaca');
    expect(providerOfAttempt(configuration, { provider: 'acme' })).toBeUndefined();
    const begun = { provider: 'acme', endpoints: endpointsOf(acme) };
    expect(providerOfAttempt(configuration, begun)).toBe(acme);
    const changed = read({ acme: { ...ACME, tokenUrl: 'https://evil.test/token' } });
    expect(providerOfAttempt({ providers: changed } as Configuration, begun)).toBeUndefined();
  });
});

describe('findProvider()', () => {
  it('finds Alpaca where none is named, and repeats no id that it does not know', () => {
    const providers = read({ acme: ACME });
    expect(findProvider(providers).id).toBe('alpaca');
    expect(findProvider(providers, 'acme').id).toBe('acme');
    for (const id of ['ACME', '__proto__', '', '<b>']) {
      expect(() => findProvider(providers, id)).toThrow(/does not offer the provider/);
    }
  });
});
