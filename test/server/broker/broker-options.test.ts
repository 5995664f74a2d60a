import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { type BrokerOAuthOptions, ConfigurationError } from '../../../server/broker/index.ts';
import { readBrokerOptions } from '../../../server/broker/options.ts';
import { temporaryFolder, writeSecret } from './secret-file.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));
const secretFile = writeSecret(folder, 'a-secret-that-nobody-may-see');

const VALID: BrokerOAuthOptions = {
  broker: { name: 'Acme Invest', supportUrl: 'https://acme.example/help' },
  api: {
    url: 'https://broker-api.alpaca.markets',
    authentication: { type: 'basic', apiKey: 'CK', apiSecretFile: secretFile },
  },
  issuer: 'https://acme.example/oauth',
  getUser: () => undefined,
  signIn: () => {},
  store: { keys: [randomBytes(32).toString('base64')], file: `${folder}/store.sqlite` },
};

/** A file that holds no key. */
const BY_KEY = {
  type: 'client_credentials',
  tokenUrl: 'https://authx.example/token',
  clientId: 'x',
  privateKeyFile: secretFile,
};

function problemsOf(options: object): readonly string[] {
  try {
    readBrokerOptions(options as BrokerOAuthOptions);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).not.toContain('a-secret-that-nobody-may-see');
    return (error as ConfigurationError).problems;
  }
}

it('fills in the defaults', () => {
  expect(readBrokerOptions(VALID)).toMatchObject({
    clients: {},
    codeLifetime: 60,
    ticketLifetime: 600,
    tokens: { expiresIn: null },
    revokeBy: 'none',
    tokensPerMinute: 60,
  });
});

it('lists every problem at once, each with its remedy', () => {
  const problems = problemsOf({
    ...VALID,
    broker: { name: '', supportUrl: 'http://acme.example' },
    issuer: 'https://acme.example/oauth/',
    api: { url: 'http://broker-api.alpaca.markets', authentication: { type: 'basic', apiKey: 'CK' } },
    codeLifetime: 601,
    store: { keys: ['short'] },
    getUser: undefined,
    clinets: {},
  });
  const places = [
    'broker.name',
    'broker.supportUrl',
    'issuer',
    'api.url',
    'api.authentication',
    'codeLifetime',
  ];
  for (const place of [...places, 'store.keys.0', 'getUser', 'brokerOAuth()']) {
    expect(problems.filter((problem) => problem.startsWith(`${place} `))).toHaveLength(1);
  }
  expect(problems.join('\n')).toContain('clinets');
});

it.each([
  [{ issuer: 'https://acme.example/oauth?x' }, 'issuer'],
  [{ issuer: 'https://acme.example/a/../oauth' }, 'issuer'],
  [{ issuer: 'http://acme.example/oauth' }, 'issuer'],
  [{ codeLifetime: 0 }, 'codeLifetime'],
  [{ tokens: { expiresIn: 0 } }, 'tokens.expiresIn'],
  [{ clients: { 'not an id': {} } }, 'clients.not an id'],
  [{ api: { url: VALID.api.url, authentication: BY_KEY } }, 'api.authentication'],
  [{ clients: { abc: { codes: 'alpaca' } } }, 'clients.abc.secretFile'],
  [{ clients: { abc: { codes: 'alpaca', secretFile, pkce: 'optional' } } }, 'clients.abc.pkce'],
  [{ clients: { abc: { secretFile } } }, 'clients.abc.secretFile'],
  [{ clients: { abc: { codes: 'alpaca', secretFile: '/nowhere' } } }, 'clients.abc.secretFile'],
  [{ clients: { abc: { scopes: ['data'] } } }, 'clients.abc.scopes'],
  [{ clients: { abc: { scopes: ['two words'] } } }, 'clients.abc.scopes.0'],
  [{ scopeSentences: {} }, 'scopeSentences'],
  [{ scopeSentences: { data: { de: 'lesen' } } }, 'scopeSentences.data'],
  [{ store: { keys: VALID.store.keys } }, 'store'],
  [{ store: { ...VALID.store, redisUrl: 'rediss://redis.example' } }, 'store'],
  [{ revokeBy: 'token_id' }, 'revokeBy'],
])('refuses %j', (changes, place) => {
  const problems = problemsOf({ ...VALID, ...changes });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.startsWith(`${place} `)).toBe(true);
});
