import { generateKeyPairSync } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { SIMULATOR_PARTNER, startSimulator } from '../../../demo/simulator/index.ts';
import { BrokerApi } from '../../../server/broker/broker-api.ts';
import type { BrokerOAuthOptions } from '../../../server/broker/index.ts';
import { PartnerCredentials } from '../../../server/broker/partner-credentials.ts';
import { APP, authorizeUrl, callsOf, exchange, openBrokerStage, Person, proofKey } from './broker-stage.ts';
import { temporaryFolder, writeSecret } from './secret-file.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const { verifier, challenge } = proofKey();
const PROOF = { code_challenge: challenge, code_challenge_method: 'S256' };

describe('both ways of authenticating at the Broker API', () => {
  const keyPairs = {
    rsa: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
    'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    Ed25519: generateKeyPairSync('ed25519'),
  };
  const pem = (kind: keyof typeof keyPairs) =>
    String(keyPairs[kind].privateKey.export({ type: 'pkcs8', format: 'pem' }));
  type Way = (tokenUrl: string) => BrokerOAuthOptions['api']['authentication'];
  const byKey =
    (kind: keyof typeof keyPairs): Way =>
    (tokenUrl) => ({
      type: 'client_credentials',
      tokenUrl,
      clientId: SIMULATOR_PARTNER.clientId,
      privateKeyFile: writeSecret(folder, pem(kind)),
    });
  const ways: [string, Way, string | undefined][] = [
    [
      'client_secret_post',
      (tokenUrl) => ({
        type: 'client_credentials',
        tokenUrl,
        clientId: SIMULATOR_PARTNER.clientId,
        clientSecretFile: writeSecret(folder, SIMULATOR_PARTNER.clientSecret),
      }),
      undefined,
    ],
    [
      'HTTP Basic',
      () => ({
        type: 'basic',
        apiKey: SIMULATOR_PARTNER.apiKey,
        apiSecretFile: writeSecret(folder, SIMULATOR_PARTNER.apiSecret),
      }),
      undefined,
    ],
    ...(['rsa', 'P-256', 'Ed25519'] as const).map((kind): [string, Way, string] => [
      `private_key_jwt with ${kind}`,
      byKey(kind),
      String(keyPairs[kind].publicKey.export({ type: 'spki', format: 'pem' })),
    ]),
  ];

  it.each(ways)('%s', async (_name, way, publicKey) => {
    await using stage = await openBrokerStage({
      partner: { ...SIMULATOR_PARTNER, publicKey },
      authentication: (api) => way(api.tokenUrl),
    });
    const back = await new Person(stage).allow(PROOF);
    const answer = await exchange(stage, {
      code: back.searchParams.get('code') ?? '',
      code_verifier: verifier,
    });
    expect(answer.status).toBe(200);
  });
});

describe('the token of client credentials', () => {
  it('is asked for once, however many requests want it', async () => {
    await using stage = await openBrokerStage();
    const clients = Array.from({ length: 20 }, () => new Person(stage).get(authorizeUrl(PROOF)));
    expect(new Set((await Promise.all(clients)).map(({ status }) => status))).toEqual(new Set([200]));
    await new Person(stage).allow(PROOF);
    expect(callsOf(stage, 'POST', '/v1/oauth2/token')).toBe(1);
  });

  it('is renewed at four fifths of its life, and when it ends before its time', async () => {
    await using simulator = await startSimulator();
    const api = await simulator.startBrokerApi({ clients: [APP] });
    let now = 0;
    const authentication = {
      type: 'client_credentials',
      tokenUrl: new URL(api.tokenUrl),
      clientId: SIMULATOR_PARTNER.clientId,
      clientSecretFile: SIMULATOR_PARTNER.clientSecret,
    } as const;
    const broker = new BrokerApi(new URL(api.url), new PartnerCredentials(authentication, () => now));
    const ask = (scope: string) =>
      broker.client(APP.clientId, { redirectUri: 'https://x.example', scope, fresh: true });
    const tokens = () => api.control.requests.filter(({ path }) => path === '/v1/oauth2/token').length;

    expect((await ask('1'))?.name).toBe('Trading App');
    now = 0.79 * 899_000;
    await ask('2');
    expect(tokens()).toBe(1);
    now = 0.81 * 899_000;
    await ask('3');
    expect(tokens()).toBe(2);
    api.control.expireCredentials();
    // A token that is new is not asked for again: an app that Alpaca does not know would cost one each time.
    expect(await ask('4')).toBeUndefined();
    now += 60_000;
    const both = await Promise.all([ask('5'), ask('6')]);
    expect(both.map((client) => client?.name)).toEqual(['Trading App', 'Trading App']);
    expect(tokens()).toBe(3);
  });

  it('that cannot be had means 503, and nothing about the app', async () => {
    await using stage = await openBrokerStage();
    stage.api.control.addFault({
      path: '/v1/oauth2/token',
      kind: 'answer',
      status: 401,
      body: '{"error":"invalid_client"}',
      times: 1,
    });
    const person = new Person(stage);
    expect((await person.authorize(PROOF)).status).toBe(503);
    expect((await person.authorize(PROOF)).status).toBe(200);
  });
});

describe("codes: 'alpaca'", () => {
  const options = (secret = APP.clientSecret) => ({
    options: {
      clients: { [APP.clientId]: { codes: 'alpaca' as const, secretFile: writeSecret(folder, secret) } },
    },
  });

  it("sends the app back with Alpaca's code, which works at Alpaca and not here", async () => {
    await using stage = await openBrokerStage(options());
    const back = await new Person(stage).allow({ state: 's' });
    const code = back.searchParams.get('code') ?? '';
    expect([back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual(['s', stage.issuer]);
    expect((await exchange(stage, { code })).status).toBe(400);
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id: APP.clientId,
      client_secret: APP.clientSecret,
      redirect_uri: APP.redirectUris[0] ?? '',
    });
    const answer = await fetch(stage.simulator.tokenUrl, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ access_token: expect.any(String) });
    expect(stage.granted).toHaveLength(1);
  });

  it('refuses a challenge, which such a code cannot keep', async () => {
    await using stage = await openBrokerStage(options());
    const answer = await new Person(stage).authorize(PROOF);
    expect(answer.headers.get('location')).toContain('error=invalid_request');
  });

  it.each([
    ['server_error', undefined],
    ['invalid_scope', { kind: 'answer', status: 422, body: '"scope is invalid"' }],
    ['temporarily_unavailable', { kind: 'answer', status: 500, body: '"oops"' }],
    ['temporarily_unavailable', { kind: 'answer', status: 200, body: '{"code":"a b","client_id":"x"}' }],
  ] as const)('tells the app %s when Alpaca gives no code', async (error, fault) => {
    await using stage = await openBrokerStage(options(fault === undefined ? 'a-wrong-secret' : undefined));
    if (fault !== undefined) stage.api.control.addFault({ path: '/v1/oauth/authorize', ...fault });
    const back = await new Person(stage).allow({});
    expect(back.searchParams.get('error')).toBe(error);
    expect(back.searchParams.has('code')).toBe(false);
    expect(stage.granted).toEqual([]);
  });
});
