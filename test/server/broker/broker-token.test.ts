import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  APP,
  type BrokerStage,
  callsOf,
  exchange,
  OTHER_APP,
  openBrokerStage,
  Person,
  proofKey,
} from './broker-stage.ts';

let stage: BrokerStage;
beforeAll(async () => {
  stage = await openBrokerStage({ options: { tokensPerMinute: 1_000 } });
});
beforeEach(() => stage.api.control.reset());
afterAll(() => stage[Symbol.asyncDispose]());

const { verifier, challenge } = proofKey();

async function newCode(on = stage): Promise<string> {
  const back = await new Person(on).allow({ code_challenge: challenge, code_challenge_method: 'S256' });
  return back.searchParams.get('code') ?? '';
}

async function errorOf(answer: Response): Promise<unknown> {
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  const body = (await answer.json()) as Record<string, string>;
  expect(Object.keys(body)).toEqual(['error', 'error_description']);
  expect(body['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  return body['error'];
}

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

describe('POST /token', () => {
  it.each([
    ['invalid_request', { grant_type: undefined }],
    ['unsupported_grant_type', { grant_type: 'password' }],
    ['unsupported_grant_type', { grant_type: 'client_credentials' }],
    ['invalid_request', { code: undefined }],
    ['invalid_request', { code: '' }],
    ['invalid_grant', { code: 'unknown' }],
    ['invalid_grant', { redirect_uri: undefined }],
    ['invalid_grant', { redirect_uri: APP.redirectUris[1] }],
    ['invalid_grant', { redirect_uri: `${APP.redirectUris[0]}/` }],
    ['invalid_grant', { code_verifier: undefined }],
    ['invalid_grant', { code_verifier: proofKey().verifier }],
    ['invalid_grant', { code_verifier: challenge }],
    ['invalid_request', { grant_type: 'refresh_token' }],
    ['invalid_grant', { grant_type: 'refresh_token', refresh_token: 'unknown' }],
  ])('answers 400 %s to %j, and asks Alpaca nothing', async (code, changes) => {
    const fields = { code: await newCode(), code_verifier: verifier, ...changes };
    const before = callsOf(stage, 'POST', '/v1/oauth/token');
    const answer = await exchange(stage, fields);
    expect([answer.status, await errorOf(answer)]).toEqual([400, code]);
    expect(callsOf(stage, 'POST', '/v1/oauth/token')).toBe(before);
  });

  it('wants a form', async () => {
    const json = { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } };
    const answer = await fetch(`${stage.issuer}/token`, json);
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_request']);
  });

  it('takes POST alone', async () => {
    const answer = await fetch(`${stage.issuer}/token?grant_type=authorization_code`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('refuses a parameter that is there twice', async () => {
    const body = `grant_type=authorization_code&code=a&code=b&client_id=${APP.clientId}&client_secret=${APP.clientSecret}`;
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${stage.issuer}/token`, { method: 'POST', body, headers });
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_request']);
  });

  it('takes the secret by HTTP Basic, and refuses it in both ways at once', async () => {
    const code = await newCode();
    const headers = { Authorization: basic(APP.clientId, APP.clientSecret) };
    const both = await exchange(stage, { code, code_verifier: verifier }, { headers });
    expect([both.status, await errorOf(both)]).toEqual([400, 'invalid_request']);
    const fields = { code, code_verifier: verifier, client_id: undefined, client_secret: undefined };
    expect((await exchange(stage, fields, { headers })).status).toBe(200);
  });

  it('answers 401 to who shows no secret, with a challenge to who used HTTP Basic', async () => {
    const none = await exchange(stage, { code: 'x', client_secret: undefined });
    expect([none.status, none.headers.get('www-authenticate'), await errorOf(none)]).toEqual([
      401,
      null,
      'invalid_client',
    ]);
    const headers = { Authorization: 'Bearer abc' };
    const other = await exchange(stage, { client_secret: undefined }, { headers });
    expect([other.status, other.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Basic /),
    ]);
  });

  it('refuses a code that is too old', async () => {
    await using short = await openBrokerStage({ options: { codeLifetime: 1 } });
    const code = await newCode(short);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const answer = await exchange(short, { code, code_verifier: verifier });
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_grant']);
  });

  it('answers what was asked where Alpaca names no scope, or an empty one', async () => {
    for (const scope of ['absent', 'empty', 'granted'] as const) {
      stage.api.control.scopeAnswer = scope;
      const answer = await exchange(stage, { code: await newCode(), code_verifier: verifier });
      expect(await answer.json()).toMatchObject({ scope: 'general' });
    }
  });
});

describe('what the Broker API answers', () => {
  it.each([
    [401, 'invalid_client', { kind: 'answer', status: 401, body: '"40110000: wrong secret"' }],
    [400, 'invalid_scope', { kind: 'answer', status: 422, body: '"42210000: scope is invalid"' }],
    [503, 'temporarily_unavailable', { kind: 'answer', status: 500, body: '"oops"' }],
    [503, 'temporarily_unavailable', { kind: 'answer', status: 429, body: '"slow down"' }],
    [503, 'temporarily_unavailable', { kind: 'answer', status: 200, body: '"a string"' }],
    [503, 'temporarily_unavailable', { kind: 'answer', status: 200, body: '<html>' }],
    [
      503,
      'temporarily_unavailable',
      { kind: 'answer', status: 200, body: '{"access_token":"a\\nb","token_type":"Bearer"}' },
    ],
    [
      503,
      'temporarily_unavailable',
      { kind: 'answer', status: 200, body: '{"access_token":"abc","token_type":"mac"}' },
    ],
    [503, 'temporarily_unavailable', { kind: 'drop' }],
  ] as const)('becomes %i %s, and the code is spent', async (status, error, fault) => {
    const code = await newCode();
    stage.api.control.addFault({ path: '/v1/oauth/token', times: 1, ...fault });
    const answer = await exchange(stage, { code, code_verifier: verifier });
    expect([answer.status, await errorOf(answer)]).toEqual([status, error]);
    expect(answer.headers.get('retry-after') !== null).toBe(status === 503);
    const again = await exchange(stage, { code, code_verifier: verifier });
    expect(await errorOf(again)).toBe('invalid_grant');
  });
});

describe('limits', () => {
  it('ends guessing after five wrong secrets of an app from one address, and spends no code then', async () => {
    await using own = await openBrokerStage();
    for (let guess = 0; guess < 5; guess += 1) {
      const answer = await exchange(own, {
        code: await newCode(own),
        code_verifier: verifier,
        client_secret: `wrong-${guess}`,
      });
      expect(answer.status).toBe(401);
    }
    const code = await newCode(own);
    const sixth = await exchange(own, { code, code_verifier: verifier });
    expect([sixth.status, await errorOf(sixth)]).toEqual([429, 'temporarily_unavailable']);
    const headers = { 'X-Forwarded-For': '203.0.113.9' };
    expect((await exchange(own, { code, code_verifier: verifier }, { headers })).status).toBe(200);
  });

  it('bounds the exchanges of one app, and not those of another', async () => {
    await using own = await openBrokerStage({ options: { tokensPerMinute: 1 } });
    const [first, second] = [await newCode(own), await newCode(own)];
    expect((await exchange(own, { code: first, code_verifier: verifier })).status).toBe(200);
    const refused = await exchange(own, { code: second, code_verifier: verifier });
    expect([refused.status, refused.headers.get('retry-after') !== null]).toEqual([429, true]);
    const other = { client_id: OTHER_APP.clientId, redirect_uri: OTHER_APP.redirectUris[0] };
    const back = await new Person(own).allow({
      ...other,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const code = back.searchParams.get('code') ?? '';
    expect((await exchange(own, { code, code_verifier: verifier }, { client: OTHER_APP })).status).toBe(200);
  });

  it('bounds the pages of one address', async () => {
    const person = new Person(stage);
    const statuses = new Set<number>();
    for (let page = 0; page < 31; page += 1) statuses.add((await person.get('/oauth/authorize')).status);
    expect(statuses).toEqual(new Set([400, 429]));
    expect((await new Person(stage).get('/oauth/authorize')).status).toBe(400);
  });
});
