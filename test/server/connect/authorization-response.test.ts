import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../server/config-reader.ts';
import { newAttempt } from '../../../server/connect/attempt.ts';
import { readAuthorizationResponse } from '../../../server/connect/authorization-response.ts';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { findProvider } from '../../../server/providers.ts';
import { openStage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';
import { validEnvironment } from '../valid-environment.ts';

const ISSUER = 'https://login.alpaca.test/realms/one';

function read(query: Record<string, string> | URLSearchParams, variables: Record<string, string> = {}) {
  const configuration = readConfiguration({ ...validEnvironment(), ...variables });
  const attempt = newAttempt(configuration, {
    environment: 'paper',
    codeChallenge: 'c'.repeat(43),
    origin: configuration.publicUrl.origin,
  });
  const parameters = new URLSearchParams(query);
  parameters.set('state', attempt.state);
  return readAuthorizationResponse(findProvider(configuration.providers), parameters, attempt);
}

/** What the callback logs and shows for an answer of Alpaca's with this query. */
async function calledBack(query: string, environment: Record<string, string> = {}) {
  await using stage = await openStage({ environment });
  const visitor = new Visitor(stage);
  const { state } = (await (await visitor.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer;
  const page = await visitor.visit(`${stage.url}/alpaca/callback?state=${state}&${query}`);
  const lines = stage
    .logged()
    .split('\n')
    .filter((line) => /"event":"(?:attempt_refused|grant_sealed)"/.test(line));
  expect(lines).toHaveLength(1);
  return { logged: JSON.parse(lines[0] ?? ''), error: (await callbackData(page)).error, state };
}

describe('readAuthorizationResponse()', () => {
  it('takes a code from an answer that names no issuer, or the origin of the authorize page', () => {
    expect(read({ code: 'c' })).toEqual({ outcome: { code: 'c' } });
    expect(read({ code: 'c', iss: 'https://app.alpaca.markets' })).toEqual({ outcome: { code: 'c' } });
  });

  it('takes a code from the issuer that ALPACA_ISSUER names, and then from no other', () => {
    expect(read({ code: 'c', iss: ISSUER }, { ALPACA_ISSUER: ISSUER })).toEqual({ outcome: { code: 'c' } });
    for (const iss of ['https://app.alpaca.markets', `${ISSUER}/`, 'https://login.alpaca.test']) {
      expect(read({ code: 'c', iss }, { ALPACA_ISSUER: ISSUER }), iss).toMatchObject({
        outcome: { refusal: { code: 'provider_error' } },
        fault: { fields: { reason: 'issuer_mismatch', issuer: iss } },
      });
    }
  });

  it('seals no code of another issuer, though the right one is named beside it', () => {
    const query = new URLSearchParams({ code: 'c', iss: 'https://app.alpaca.markets' });
    query.append('iss', 'https://evil.example');
    expect(read(query)).toMatchObject({
      outcome: { refusal: { code: 'provider_error' } },
      fault: { fields: { issuer: 'https://evil.example' } },
    });
  });

  it('believes no refusal of another issuer', () => {
    expect(read({ error: 'access_denied', iss: 'https://evil.example' })).toMatchObject({
      outcome: { refusal: { code: 'provider_error' } },
      fault: { fields: { reason: 'issuer_mismatch' } },
    });
  });
});

describe('GET /callback, when the answer names another issuer', () => {
  it('logs which one came and where to set it, and sends the owner to the log', async () => {
    const { logged, error } = await calledBack(`code=c&iss=${encodeURIComponent(ISSUER)}`);
    expect(logged).toMatchObject({
      level: 'warn',
      event: 'attempt_refused',
      code: 'provider_error',
      reason: 'issuer_mismatch',
      issuer: ISSUER,
      msg: expect.stringMatching(/not http:\/\/localhost:\d+\. .*ALPACA_ISSUER/),
    });
    expect(error?.message).toContain('log');
    expect(error?.message).not.toContain(ISSUER);
  });

  it('quotes it in visible ASCII, at most 200 characters of it, and nothing else of the query', async () => {
    const iss = encodeURIComponent(`https://evil.example/\r\n\u001b[2J\u202e\u00e9${'a'.repeat(1_000)}`);
    const { logged, state } = await calledBack(`code=canary&session_state=canary&iss=${iss}`);
    expect(logged.issuer).toMatch(/^https:\/\/evil\.example\/\?\?\?\[2J\?\?a+$/);
    expect(logged.issuer).toHaveLength(200);
    expect(JSON.stringify(logged)).not.toMatch(/canary/);
    expect(JSON.stringify(logged)).not.toContain(state);
  });

  it('connects once ALPACA_ISSUER names it', async () => {
    const { logged, error } = await calledBack(`code=c&iss=${encodeURIComponent(ISSUER)}`, {
      ALPACA_ISSUER: ISSUER,
    });
    expect(logged).toMatchObject({ level: 'info', event: 'grant_sealed' });
    expect(error).toBeUndefined();
  });
});

describe('GET /callback, when Alpaca sends an error', () => {
  it.each([
    ['invalid_scope', 'config_invalid', 'ALPACA_SCOPES'],
    ['unauthorized_client', 'config_invalid', 'Publish switch'],
    ['invalid_request', 'config_invalid', 'log'],
    ['unsupported_response_type', 'config_invalid', 'log'],
    ['server_error', 'provider_error', 'Something went wrong at Alpaca'],
    ['temporarily_unavailable', 'provider_error', 'a few minutes'],
    ['constructor', 'provider_error', 'log'],
  ])('says %s as %s, in words that fit, and logs it with its description', async (sent, code, words) => {
    const { logged, error } = await calledBack(`error=${sent}&error_description=The%20%22reason%22`);
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(error?.message).toContain('othing was connected');
    expect(error?.message).not.toContain('reason"');
    expect(logged).toMatchObject({
      level: 'warn',
      event: 'attempt_refused',
      code,
      providerError: sent,
      providerDescription: 'The "reason"',
    });
  });

  it('says nothing to the owner of a person who refused', async () => {
    const { logged, error } = await calledBack('error=access_denied&error_description=No');
    expect(error?.code).toBe('access_denied');
    expect(logged).toMatchObject({ level: 'info', event: 'attempt_refused', code: 'access_denied' });
    expect(logged).not.toHaveProperty('providerError');
  });

  it('logs visible ASCII, at most 200 characters each, and nothing else of the query', async () => {
    const dirty = encodeURIComponent(`\u001b[31m\r\n{"level":"error"}\u2028\u00e9${'x'.repeat(1_000)}`);
    const { logged, state } = await calledBack(
      `error=${dirty}&error_description=${dirty}&error_uri=canary&code=canary&other=canary`,
    );
    for (const quoted of [logged.providerError, logged.providerDescription]) {
      expect(quoted).toMatch(/^\?\[31m\?\?\{"level":"error"\}\?\?x+$/);
      expect(quoted).toHaveLength(200);
    }
    expect(JSON.stringify(logged)).not.toContain('canary');
    expect(JSON.stringify(logged)).not.toContain(state);
  });

  it('logs neither code nor state, though the description repeats them', async () => {
    const { logged } = await calledBack('error=server_error&code=canary-1&error_description=for%20canary-1');
    expect(logged.providerDescription).toBe('for [removed]');
  });

  it('logs that an answer was none', async () => {
    for (const query of ['', 'code=', 'code=one&code=two', 'code=canary&id_token=canary']) {
      const { logged } = await calledBack(query);
      expect(logged, query).toMatchObject({ level: 'warn', reason: 'invalid_response' });
      expect(JSON.stringify(logged)).not.toContain('canary');
    }
  });
});
