import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BrokerApi,
  SIMULATOR_BROKER_CLIENT,
  SIMULATOR_PARTNER,
  type Simulator,
  startSimulator,
} from '../../../../demo/simulator/index.ts';
import { callBroker } from './broker-caller.ts';

const LINE = `GET /v1/oauth/clients/${SIMULATOR_BROKER_CLIENT.clientId}`;
const { clientId, clientSecret } = SIMULATOR_PARTNER;

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(async () => {
  vi.useRealTimers();
  await simulator.close();
});

async function getToken(broker: BrokerApi, form: Record<string, string>, headers = {}) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...form });
  const answer = await fetch(broker.tokenUrl, { method: 'POST', body, headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('HTTP Basic', () => {
  it('opens the Broker API with the partner’s key and with no other', async () => {
    const broker = await simulator.startBrokerApi();
    expect((await callBroker(broker, LINE)).status).toBe(200);
    for (const wrong of [`Basic ${btoa('x:y')}`, `Basic ${btoa(SIMULATOR_PARTNER.apiKey)}`, 'Basic', '']) {
      const { status, body } = await callBroker(broker, LINE, undefined, wrong);
      expect([status, body]).toEqual([401, '40110000: request is not authorized']);
    }
  });
});

describe('client credentials', () => {
  it('give a token for 899 seconds', async () => {
    const broker = await simulator.startBrokerApi();
    const { status, body } = await getToken(broker, { client_id: clientId, client_secret: clientSecret });
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), expires_in: 899, token_type: 'Bearer' },
    ]);
    const call = () => callBroker(broker, LINE, undefined, `Bearer ${body['access_token']}`);
    expect((await call()).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 899_001 });
    expect((await call()).status).toBe(401);
  });

  it('end before their time when the control says so', async () => {
    const broker = await simulator.startBrokerApi();
    const { body } = await getToken(broker, { client_id: clientId, client_secret: clientSecret });
    broker.control.expireCredentials();
    expect((await callBroker(broker, LINE, undefined, `Bearer ${body['access_token']}`)).status).toBe(401);
  });

  it('are taken in the body only', async () => {
    const broker = await simulator.startBrokerApi();
    const basic = { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };
    expect(await getToken(broker, {}, basic)).toEqual({ status: 401, body: { error: 'invalid_client' } });
    expect((await getToken(broker, { client_id: clientId, client_secret: 'x' })).status).toBe(401);
    expect((await getToken(broker, { client_id: 'x', client_secret: clientSecret })).status).toBe(401);
    const other = await getToken(broker, { grant_type: 'password' });
    expect(other).toEqual({ status: 400, body: { error: 'unsupported_grant_type' } });
  });
});

const KEYS = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: generateKeyPairSync('ed25519'),
};
type Algorithm = keyof typeof KEYS;

function jwt(alg: Algorithm, key: KeyObject, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg })}.${part(claims)}`;
  const hash = alg === 'EdDSA' ? null : 'sha256';
  const signature = sign(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

describe('private_key_jwt', () => {
  const form = (assertion: string) => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const open = (alg: Algorithm) => {
    const publicKey = KEYS[alg].publicKey.export({ type: 'spki', format: 'pem' }).toString();
    return simulator.startBrokerApi({ partner: { ...SIMULATOR_PARTNER, publicKey } });
  };
  const claims = (broker: BrokerApi) => ({
    iss: clientId,
    sub: clientId,
    aud: broker.tokenUrl,
    exp: Date.now() / 1_000 + 60,
    jti: crypto.randomUUID(),
  });

  it.each(['ES256', 'RS256', 'EdDSA'] as const)(
    'gives a token for a signature with %s, once',
    async (alg) => {
      const broker = await open(alg);
      const assertion = jwt(alg, KEYS[alg].privateKey, claims(broker));
      const { status, body } = await getToken(broker, form(assertion));
      expect(status).toBe(200);
      expect((await callBroker(broker, LINE, undefined, `Bearer ${body['access_token']}`)).status).toBe(200);
      expect((await getToken(broker, form(assertion))).status).toBe(401);
    },
  );

  it.each([
    ['of somebody else', { iss: 'SOMEBODYELSE00000000' }],
    ['about somebody else', { sub: 'SOMEBODYELSE00000000' }],
    ['for another server', { aud: 'https://authx.alpaca.markets/v1/oauth2/token' }],
    ['that has expired', { exp: Date.now() / 1_000 - 1 }],
    ['without an id', { jti: undefined }],
  ])('refuses an assertion %s', async (_, changes) => {
    const broker = await open('ES256');
    const assertion = jwt('ES256', KEYS.ES256.privateKey, { ...claims(broker), ...changes });
    expect(await getToken(broker, form(assertion))).toEqual({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  it('refuses another key, a cut signature, and all of them without a key on file', async () => {
    const broker = await open('ES256');
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect((await getToken(broker, form(jwt('ES256', foreign, claims(broker))))).status).toBe(401);
    const sound = jwt('ES256', KEYS.ES256.privateKey, claims(broker));
    expect((await getToken(broker, form(sound.replace(/\.[^.]*$/, '.')))).status).toBe(401);
    const other = await simulator.startBrokerApi();
    const unknown = jwt('ES256', KEYS.ES256.privateKey, claims(other));
    expect((await getToken(other, form(unknown))).status).toBe(401);
  });
});
