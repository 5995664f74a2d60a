import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, readConfiguration } from '../../server/config-reader.ts';
import { findProvider } from '../../server/providers.ts';
import { validEnvironment } from './valid-environment.ts';

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfiguration()', () => {
  it('needs four variables and takes safe values for all others', () => {
    const configuration = readConfiguration(validEnvironment());
    expect(configuration).toMatchObject({
      environments: ['paper'],
      scopes: [],
      live: 'off',
      allow: [],
      embedOrigins: [],
      trustProxy: false,
      pkce: true,
      port: 3000,
      sessionIdle: 12 * 3_600_000,
      sessionAbsolute: 7 * 86_400_000,
      appName: 'app.shop.test',
      disclosure: null,
      appUrl: null,
    });
    expect(configuration.tokenUrl.href).toBe('https://api.alpaca.markets/oauth/token');
    expect(configuration.providers).toHaveLength(1);
    expect(findProvider(configuration.providers)).toMatchObject({
      id: 'alpaca',
      redirectUri: 'https://app.shop.test/alpaca/callback',
      urls: {
        paper: new URL('https://paper-api.alpaca.markets'),
        live: new URL('https://api.alpaca.markets'),
        data: new URL('https://data.alpaca.markets'),
      },
      streamUrls: {
        paper: new URL('wss://paper-api.alpaca.markets/stream'),
        live: new URL('wss://api.alpaca.markets/stream'),
      },
    });
  });

  it('looks for trade updates beside the trading API, unless told otherwise', () => {
    const near = readConfiguration({
      ...validEnvironment(),
      ALPACA_PAPER_URL: 'http://localhost:4010/paper',
    });
    expect(findProvider(near.providers).streamUrls.paper?.href).toBe('ws://localhost:4010/paper/stream');
    const told = readConfiguration({ ...validEnvironment(), ALPACA_PAPER_STREAM_URL: 'ws://127.0.0.1:9/x' });
    expect(findProvider(told.providers).streamUrls.paper?.href).toBe('ws://127.0.0.1:9/x');
  });

  it('takes the origin of the authorize page for the issuer, unless told otherwise, byte for byte', () => {
    const { providers } = readConfiguration({
      ...validEnvironment(),
      ALPACA_AUTHORIZE_URL: 'https://login.alpaca.test/oauth/authorize',
    });
    expect(findProvider(providers).issuer).toBe('https://login.alpaca.test');
    const told = readConfiguration({
      ...validEnvironment(),
      ALPACA_ISSUER: 'https://Login.alpaca.test:443/a',
    });
    expect(findProvider(told.providers).issuer).toBe('https://Login.alpaca.test:443/a');
  });

  it('lists every problem of an empty environment in one error', () => {
    const problems = problemsOf({});
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'ALPACA_CLIENT_ID',
      'ALPACA_CLIENT_SECRET',
      'PUBLIC_URL',
      'SESSION_KEYS',
    ]);
  });

  it('counts a variable that is set to nothing as missing', () => {
    expect(problemsOf({ ...validEnvironment(), ALPACA_CLIENT_SECRET: ' ' })).toHaveLength(1);
  });

  it.each([
    ['ALPACA_CLIENT_ID', 'PKABCDEFGHIJKLMNOPQR', 'trading API key'],
    ['ALPACA_CLIENT_ID', 'your-client-id', 'placeholder'],
    ['ALPACA_CLIENT_SECRET', 'changeme', 'placeholder'],
    ['PUBLIC_URL', 'app.shop.test', 'https origin'],
    ['PUBLIC_URL', 'http://app.shop.test', 'https origin'],
    ['PUBLIC_URL', 'https://app.shop.test/connect', 'without a path'],
    ['PUBLIC_URL', 'https://user:secret@app.shop.test', 'https origin'],
    ['EMBED_ORIGINS', '*', 'exact origins'],
    ['EMBED_ORIGINS', 'https://*.shop.test', 'exact origins'],
    ['EMBED_ORIGINS', 'https://shop.test/', 'no trailing slash'],
    ['EMBED_ORIGINS', 'http://shop.test', 'exact origins'],
    ['EMBED_ORIGINS', 'null', 'exact origins'],
    ['RETURN_PAGES', 'https://app.shop.test', 'exactly as the browser shows them'],
    ['RETURN_PAGES', 'https://app.shop.test/?', 'without ? and #'],
    ['RETURN_PAGES', 'https://app.shop.test/?to=1', 'without ? and #'],
    ['RETURN_PAGES', 'https://app.shop.test/#/portfolio', 'without ? and #'],
    ['RETURN_PAGES', 'https://app.shop.test/a/../b', 'exactly as the browser shows them'],
    ['RETURN_PAGES', 'https://APP.shop.test/', 'exactly as the browser shows them'],
    ['RETURN_PAGES', 'https://app.shop.test:443/', 'exactly as the browser shows them'],
    ['RETURN_PAGES', 'https://app.shop.test/\\evil.example', 'exactly as the browser shows them'],
    ['RETURN_PAGES', 'https://a@app.shop.test/', 'exactly as the browser shows them'],
    ['RETURN_PAGES', 'http://app.shop.test/', 'exactly as the browser shows them'],
    ['RETURN_PAGES', '/portfolio', 'whole addresses'],
    ['RETURN_PAGES', `https://app.shop.test/${'a'.repeat(1_900)}`, 'at most 1,900 characters'],
    ['SESSION_KEYS', 'short', '32 random bytes'],
    ['SESSION_KEYS', Buffer.alloc(32, 7).toString('base64'), '32 random bytes'],
    ['ALPACA_ENVIRONMENTS', 'papier', 'paper, live'],
    ['ALPACA_SCOPES', 'trading:write', 'read-only'],
    ['ALPACA_LIVE', 'yes', 'approved'],
    ['ALPACA_ALLOW', 'transfers', 'POST /v1/locates'],
    ['SESSION_IDLE', '12', 'unit'],
    ['SESSION_ABSOLUTE', 'forever', 'unit'],
    ['REDIS_URL', 'redis://redis.shop.test', 'rediss://'],
    ['PORT', '80800', 'port number'],
    ['TRUST_PROXY', 'true', 'trust anybody'],
    ['CONNECTS_PER_MINUTE', '0', 'whole number'],
    ['CALLS_PER_MINUTE', '1e3', 'whole number'],
    ['ALPACA_PKCE', 'maybe', 'on or off'],
    ['ALPACA_PAPER_STREAM_URL', 'ws://stream.shop.test/stream', 'wss URL'],
    ['ALPACA_PAPER_STREAM_URL', 'https://paper-api.alpaca.markets/stream', 'wss URL'],
    ['ALPACA_LIVE_STREAM_URL', 'wss://user:secret@api.alpaca.markets/stream', 'wss URL'],
    ['ALPACA_LIVE_STREAM_URL', 'wss://api.alpaca.markets/stream?token=x', 'wss URL'],
    ['ALPACA_PAPER_STREAM_URL', 'wss://api.alpaca.markets/stream', 'are the same'],
    ['ALPACA_TOKEN_URL', 'http://api.alpaca.markets/oauth/token', 'https URL'],
    ['ALPACA_ISSUER', 'http://login.alpaca.test', 'https URL'],
    ['ALPACA_ISSUER', 'https://login.alpaca.test/?tenant=1', 'without ? and #'],
    ['ALPACA_ISSUER', 'https://login.alpaca.test#', 'without ? and #'],
    ['ALPACA_PAPER_URL', 'ftp://paper-api.alpaca.markets', 'https URL'],
    ['APP_DISCLOSURE', 'a'.repeat(2_001), '2,000 characters'],
    ['APP_URL', 'http://www.shop.test/about', 'https URL'],
    ['APP_URL', 'javascript:alert(1)', 'https URL'],
    ['APP_URL', 'https://user:secret@shop.test/', 'https URL'],
    ['APP_URL', 'www.shop.test', 'https URL'],
    ['APP_URL', `https://shop.test/${'a'.repeat(1_000)}`, '1,000 characters'],
    ['ALPACA_CLIENTID', 'x', 'ALPACA_CLIENT_ID'],
    ['ALPACA_SCOPE', 'data', 'ALPACA_SCOPES'],
    ['ALPACA_CLIENT_ID', 'undefined', 'placeholder'],
    ['SESSION_KEYS', Buffer.from([...Array(32).keys()]).toString('base64'), '32 random bytes'],
    ['SESSION_KEYS', 'correcthorsebatterystaplecorrecthorsebattery', '32 random bytes'],
    ['SESSION_ABSOLUTE', '999d', '90d'],
    ['TRUST_PROXY', '1.2.3', 'addresses'],
    ['TRUST_PROXY', '0.0.0.0/0', 'addresses'],
    ['ALPACA_ALLOW', 'POST /v1/nothing', 'POST /v1/locates'],
    ['ALPACA_PAPER_URL', 'https://paper-api.alpaca.markets/v2', 'without /v2'],
    ['ALPACA_PAPER_URL', 'https://api.alpaca.markets/', 'live account'],
  ])('refuses %s=%s and says what to do', (name, value, remedy) => {
    const problems = problemsOf({ ...validEnvironment(), [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} `));
    expect(problems[0]).toContain(remedy);
  });

  it.each(['review', ' Review '])('wants APP_URL with APP_DISCLOSURE=%j', (word) => {
    const problems = problemsOf({ ...validEnvironment(), APP_DISCLOSURE: word });
    expect(problems).toEqual([expect.stringMatching(/^APP_URL is missing\. With APP_DISCLOSURE=review/)]);
    const APP_URL = 'https://www.shop.test/about?from=alpaca#risks';
    expect(readConfiguration({ ...validEnvironment(), APP_DISCLOSURE: word, APP_URL })).toMatchObject({
      disclosure: 'review',
      appUrl: APP_URL,
    });
  });

  it('takes a disclosure of one’s own as it is, with or without APP_URL', () => {
    const text = 'Please review: https://www.shop.test/terms';
    const { disclosure, appUrl } = readConfiguration({ ...validEnvironment(), APP_DISCLOSURE: ` ${text} ` });
    expect({ disclosure, appUrl }).toEqual({ disclosure: text, appUrl: null });
  });

  it('never repeats a value, which may be a secret in the wrong place', () => {
    const secret = 'PKSECRETSECRETSECRET';
    const environment = { ALPACA_CLIENT_ID: secret, SESSION_KEYS: secret, PUBLIC_URL: secret };
    expect(() => readConfiguration(environment)).toThrow(ConfigurationError);
    expect(problemsOf(environment).join()).not.toContain(secret);
  });

  it('refuses to offer live accounts while ALPACA_LIVE is off', () => {
    expect(problemsOf({ ...validEnvironment(), ALPACA_ENVIRONMENTS: 'paper,live' })[0]).toContain(
      'ALPACA_LIVE',
    );
  });

  it('leaves variables of other programs alone', () => {
    expect(problemsOf({ ...validEnvironment(), ALPACA_API_KEY: 'x', ALPACA_SECRET_KEY: 'x' })).toEqual([]);
  });

  it('wants the account numbers of a developer', () => {
    const environment = { ...validEnvironment(), ALPACA_ENVIRONMENTS: 'live', ALPACA_LIVE: 'developer' };
    expect(problemsOf(environment)[0]).toMatch(/^ALPACA_DEVELOPER_ACCOUNTS/);
    expect(problemsOf({ ...environment, ALPACA_DEVELOPER_ACCOUNTS: ',' })).toHaveLength(1);
    const complete = readConfiguration({ ...environment, ALPACA_DEVELOPER_ACCOUNTS: '123456789, 987654321' });
    expect(complete.developerAccounts).toEqual(['123456789', '987654321']);
  });

  it('reads a secret from the file that its _FILE variable names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'configuration-')), 'keys');
    const keys = [randomBytes(32), randomBytes(32)];
    writeFileSync(file, `${keys.map((key) => key.toString('base64')).join(',')}\n`);
    const { SESSION_KEYS, ...rest } = validEnvironment();
    expect(readConfiguration({ ...rest, SESSION_KEYS_FILE: file }).sessionKeys.map(Buffer.from)).toEqual(
      keys,
    );
    expect(problemsOf({ ...rest, SESSION_KEYS_FILE: `${file}.missing` })[0]).toContain('cannot be read');
    expect(problemsOf({ ...rest, SESSION_KEYS, SESSION_KEYS_FILE: file })[0]).toContain('Keep one');
  });

  it('keeps sessions in Redis when its address is given, also by a file', () => {
    expect(readConfiguration(validEnvironment()).redisUrl).toBeNull();
    const address = 'rediss://user:canary@redis.shop.test:6380/2';
    const given = readConfiguration({ ...validEnvironment(), REDIS_URL: address });
    expect(given.redisUrl?.href).toBe(address);
    const file = join(mkdtempSync(join(tmpdir(), 'configuration-')), 'redis-url');
    writeFileSync(file, `${address}\n`);
    const read = readConfiguration({ ...validEnvironment(), REDIS_URL_FILE: file });
    expect(read.redisUrl?.href).toBe(address);
  });

  it('accepts plain http where it never leaves the machine', () => {
    const configuration = readConfiguration({
      ...validEnvironment(),
      PUBLIC_URL: 'http://localhost:3000',
      EMBED_ORIGINS: 'http://127.0.0.1:3001, https://www.shop.test',
      ALPACA_PAPER_URL: 'http://localhost:4010/paper',
    });
    expect(configuration.embedOrigins).toEqual(['http://127.0.0.1:3001', 'https://www.shop.test']);
  });

  it('reads RETURN_PAGES of the own origin and of the others that may connect', () => {
    const pages = [
      'https://app.shop.test/',
      'https://www.shop.test/de/Portfolio%20A;x=1',
      'https://www.shop.test//',
    ];
    const configuration = readConfiguration({
      ...validEnvironment(),
      PUBLIC_URL: 'https://app.shop.test',
      EMBED_ORIGINS: 'https://www.shop.test',
      RETURN_PAGES: pages.join(', '),
    });
    expect(configuration.returnPages).toEqual(pages);
    expect(readConfiguration(validEnvironment()).returnPages).toEqual([]);
  });

  it('refuses RETURN_PAGES of an origin that may not connect, and says where to add it', () => {
    const variables = { ...validEnvironment(), RETURN_PAGES: 'https://other.test/portfolio' };
    expect(() => readConfiguration(variables)).toThrow(
      'RETURN_PAGES lists https://other.test/portfolio, whose origin may not connect. Add https://other.test to EMBED_ORIGINS, or remove the page.',
    );
  });

  it.each([
    ['1', 1],
    ['false', false],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ])('reads TRUST_PROXY=%s', (text, value) => {
    expect(readConfiguration({ ...validEnvironment(), TRUST_PROXY: text }).trustProxy).toEqual(value);
  });
});
