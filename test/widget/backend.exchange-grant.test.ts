import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backend, exchangeGrant } from '../../widget/backend.ts';
import { stubPage } from './page-stub.ts';
import { sendJson, testServer } from './test-server.ts';

beforeEach(() => void stubPage());
afterEach(() => vi.unstubAllGlobals());

const account = { id: 'account', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false };
const connection = {
  id: 'new',
  provider: 'alpaca',
  environment: 'paper',
  account,
  scope: '',
  connectedAt: '2026-08-01T00:00:00Z',
};
const { signal } = new AbortController();

function serverThatKeeps(connections: unknown[]) {
  return testServer((request, response) =>
    request.method === 'POST'
      ? sendJson(response, 201, connection)
      : sendJson(response, 200, { connections }),
  );
}

describe('exchangeGrant()', () => {
  it('answers the connection and everything connected with it', async () => {
    await using server = await serverThatKeeps([connection]);
    const connected = await exchangeGrant(
      new Backend(server.origin),
      { code: 'g', codeVerifier: 'v' },
      signal,
    );
    expect(connected).toEqual({ connection, answer: { connections: [connection] } });
  });

  it.each([
    ['nothing', []],
    ['another account', [{ ...connection, id: 'other', account: { ...account, id: 'other' } }]],
    ['an older connection of the same account', [{ ...connection, id: 'older' }]],
  ])('says that the browser drops cookies when the session afterwards holds %s', async (_, kept) => {
    await using server = await serverThatKeeps(kept);
    const exchange = exchangeGrant(new Backend(server.origin), { code: 'g', codeVerifier: 'v' }, signal);
    await expect(exchange).rejects.toMatchObject({ code: 'cookies_blocked' });
  });

  it('asks again for what came of an exchange whose answer was lost', async () => {
    let exchanges = 0;
    await using server = await testServer((request, response) => {
      if (request.method !== 'POST') sendJson(response, 200, { connections: [connection] });
      else if (++exchanges === 1) response.destroy();
      else sendJson(response, 201, connection);
    });
    const exchange = exchangeGrant(new Backend(server.origin), { code: 'g', codeVerifier: 'v' }, signal);
    await expect(exchange).resolves.toMatchObject({ connection });
    expect(exchanges).toBe(2);
  });

  it('does not ask again after a refusal', async () => {
    let exchanges = 0;
    await using server = await testServer((_, response) => {
      exchanges++;
      sendJson(response, 409, { code: 'exchange_failed', message: 'Connect again.', requestId: 'r' });
    });
    const exchange = exchangeGrant(new Backend(server.origin), { code: 'g', codeVerifier: 'v' }, signal);
    await expect(exchange).rejects.toMatchObject({ code: 'exchange_failed' });
    expect(exchanges).toBe(1);
  });

  it('is connected although the server cannot say what else is', async () => {
    await using server = await testServer((request, response) => {
      if (request.method === 'POST') sendJson(response, 201, connection);
      else
        sendJson(response, 503, { code: 'session_store_unavailable', message: 'Try again.', requestId: 'r' });
    });
    const exchange = exchangeGrant(new Backend(server.origin), { code: 'g', codeVerifier: 'v' }, signal);
    await expect(exchange).resolves.toEqual({ connection, answer: undefined });
  });
});
