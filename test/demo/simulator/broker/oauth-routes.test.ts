import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BrokerApi,
  SIMULATOR_ACCOUNTS,
  SIMULATOR_BROKER_CLIENT,
  SIMULATOR_CLIENT,
  SIMULATOR_END_USER_ACCOUNTS,
  type Simulator,
  startSimulator,
} from '../../../../demo/simulator/index.ts';
import { callWith } from '../caller.ts';
import { openAuthorize } from '../give-consent.ts';
import { StreamClient } from '../stream/stream-client.ts';
import { callBroker, END_USER_ACCOUNT, issueToken, SOUND_BODY } from './broker-caller.ts';

const { clientId, clientSecret } = SIMULATOR_BROKER_CLIENT;

let simulator: Simulator;
let broker: BrokerApi;
beforeEach(async () => {
  simulator = await startSimulator({ fillDelay: { least: 0, most: 0 } });
  broker = await simulator.startBrokerApi();
});
afterEach(() => simulator.close());

describe('GET /v1/oauth/clients/{client_id}', () => {
  const line = `GET /v1/oauth/clients/${clientId}`;

  it('tells what a consent page has to say', async () => {
    const answer = await callBroker(broker, `${line}?response_type=code&scope=general`);
    expect(answer).toEqual({
      status: 200,
      body: {
        client_id: clientId,
        name: 'Demo Desk',
        description: 'A trading desk that shows an account and places orders in it.',
        url: 'http://localhost:3000',
        redirect_uri: SIMULATOR_BROKER_CLIENT.redirectUris,
        status: 'ACTIVE',
        live_trading_approved: true,
        terms_of_use: '',
        privacy_policy: '',
      },
    });
    expect(SIMULATOR_BROKER_CLIENT.redirectUris).toHaveLength(2);
  });

  it('tells that an app was renamed, disabled, or is not approved for real money', async () => {
    const changes = { name: 'Other Desk', status: 'DISABLED', liveTradingApproved: false } as const;
    broker.control.changeClient(clientId, changes);
    const { body } = await callBroker(broker, line);
    expect(body).toMatchObject({ name: 'Other Desk', status: 'DISABLED', live_trading_approved: false });
    broker.control.reset();
    expect((await callBroker(broker, line)).body).toMatchObject({ name: 'Demo Desk', status: 'ACTIVE' });
  });

  it('refuses an app that is not the partner’s with 401 and a text', async () => {
    const { status, body } = await callBroker(broker, `GET /v1/oauth/clients/${SIMULATOR_CLIENT.clientId}`);
    expect([status, body]).toEqual([401, expect.stringMatching(/^40110000: client does not exist/)]);
  });
});

describe.each(['authorize', 'token'])('POST /v1/oauth/%s', (operation) => {
  const line = `POST /v1/oauth/${operation}`;

  it.each([
    ['another client', { client_id: SIMULATOR_CLIENT.clientId }, 401],
    ['a wrong secret', { client_secret: 'x' }, 401],
    ['a redirect URI that is not registered', { redirect_uri: 'http://localhost:3000/other' }, 422],
    ['a scope of Connect', { scope: 'trading' }, 422],
    ['no scope', { scope: undefined }, 422],
    ['an account that nobody has', { account_id: '0d18ae51-3c94-4511-b209-101e1666416b' }, 422],
  ])('refuses %s with a text', async (_, changes, status) => {
    const answer = await callBroker(broker, line, { ...SOUND_BODY, ...changes });
    expect(answer).toEqual({ status, body: expect.stringMatching(new RegExp(`^${status}10000: `)) });
  });

  it('refuses a disabled app', async () => {
    broker.control.changeClient(clientId, { status: 'DISABLED' });
    expect((await callBroker(broker, line, SOUND_BODY)).status).toBe(401);
  });

  it('takes both redirect URIs of an app', async () => {
    for (const redirect_uri of SIMULATOR_BROKER_CLIENT.redirectUris) {
      expect((await callBroker(broker, line, { ...SOUND_BODY, redirect_uri })).status).toBe(200);
    }
  });

  it.each([
    ['granted', { scope: 'general' }],
    ['empty', { scope: '' }],
    ['absent', {}],
  ] as const)('names the scope as it is told to: %s', async (how, scope) => {
    broker.control.scopeAnswer = how;
    const body = (await callBroker(broker, line, SOUND_BODY)).body as Record<string, unknown>;
    expect('scope' in body ? { scope: body['scope'] } : {}).toEqual(scope);
  });
});

describe('a code of POST /v1/oauth/authorize', () => {
  it('is redeemed once at the token endpoint, by the app that it is for', async () => {
    const { body } = await callBroker(broker, 'POST /v1/oauth/authorize', SOUND_BODY);
    expect(body).toMatchObject({ client_id: clientId, redirect_uri: SOUND_BODY.redirect_uri });
    const { code } = body as { code: string };
    const form = {
      grant_type: 'authorization_code',
      code,
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: SOUND_BODY.redirect_uri ?? '',
    };
    const redeem = () => fetch(simulator.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    const answer = (await (await redeem()).json()) as { access_token: string };
    const account = await callWith(simulator, answer.access_token)('GET /live/v2/account');
    expect(account.body).toMatchObject({ id: END_USER_ACCOUNT.id });
    expect((await redeem()).status).toBe(400);
  });
});

describe('a token of POST /v1/oauth/token', () => {
  it('acts for its one account at the trading and data hosts, and for no other', async () => {
    const call = callWith(simulator, await issueToken(broker));
    const account = (await call('GET /live/v2/account')).body;
    expect(account).toMatchObject({ id: END_USER_ACCOUNT.id, account_number: END_USER_ACCOUNT.number });
    const order = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '1' };
    expect((await call('POST /live/v2/orders', order)).status).toBe(200);
    expect((await call('GET /data/v2/stocks/snapshots?symbols=KO')).status).toBe(200);
    expect((await call('GET /paper/v2/account')).status).toBe(403);
    expect((await call('PATCH /live/v2/account/configurations', { suspend_trade: true })).status).toBe(200);
  });

  it('hears the stream of its own account only', async () => {
    const [one, other] = SIMULATOR_END_USER_ACCOUNTS.map(({ id }) => id);
    const tokens = await Promise.all([one, other].map((account_id) => issueToken(broker, { account_id })));
    await using mine = await StreamClient.listen(simulator.liveStreamUrl, tokens[0] ?? '');
    await using others = await StreamClient.listen(simulator.liveStreamUrl, tokens[1] ?? '');
    const order = (symbol: string) => ({
      symbol,
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
      qty: '1',
    });
    await callWith(simulator, tokens[1] ?? '')('POST /live/v2/orders', order('DIS'));
    await callWith(simulator, tokens[0] ?? '')('POST /live/v2/orders', order('KO'));
    const symbolOf = async (client: StreamClient) => {
      const { data } = await client.next(({ stream }) => stream === 'trade_updates');
      return (data as { order: { symbol: string } }).order.symbol;
    };
    expect([await symbolOf(mine), await symbolOf(others)]).toEqual(['KO', 'DIS']);
  });

  it('of an account in the sandbox acts at a host of its own, and at no other', async () => {
    const sandbox = SIMULATOR_END_USER_ACCOUNTS.find(({ environment }) => environment === 'paper');
    const token = await issueToken(broker, { account_id: sandbox?.id });
    const call = callWith(simulator, token);
    expect((await call('GET /sandbox/v2/account')).body).toMatchObject({ id: sandbox?.id });
    for (const host of ['paper', 'live']) expect((await call(`GET /${host}/v2/account`)).status).toBe(403);
    await using client = await StreamClient.listen(simulator.sandboxStreamUrl, token);
    const order = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '1' };
    await call('POST /sandbox/v2/orders', order);
    await client.next(({ stream }) => stream === 'trade_updates');

    const own = simulator.control.issueToken({ accountNumbers: ['PA3SIM0DESK1'], scope: 'trading' });
    expect((await callWith(simulator, own)('GET /sandbox/v2/account')).status).toBe(403);
    for (const [url, stranger] of [
      [simulator.paperStreamUrl, token],
      [simulator.sandboxStreamUrl, own],
    ] as const) {
      await using other = await StreamClient.open(url);
      other.say({ action: 'authenticate', data: { oauth_token: stranger } });
      const { data } = await other.next(({ stream }) => stream === 'authorization');
      expect(data).toMatchObject({ status: 'unauthorized' });
    }
  });

  it('is not offered by Alpaca’s own consent page, nor is its account', async () => {
    const page = await (await openAuthorize(simulator, { env: undefined })).text();
    for (const { number } of SIMULATOR_ACCOUNTS) expect(page).toContain(number);
    for (const { number } of SIMULATOR_END_USER_ACCOUNTS) expect(page).not.toContain(number);
    const asked = { client_id: clientId, redirect_uri: SOUND_BODY.redirect_uri };
    expect((await openAuthorize(simulator, asked)).status).toBe(400);
  });
});

describe('DELETE /v1/oauth/token/{token_id}', () => {
  it('is off unless it is turned on, as in Alpaca’s latest documents', async () => {
    const token = await issueToken(broker);
    expect((await callBroker(broker, `DELETE /v1/oauth/token/${token}`)).status).toBe(404);
    expect((await callWith(simulator, token)('GET /live/v2/account')).status).toBe(200);
  });

  it('ends one token and its stream, and no other', async () => {
    broker.control.deletesTokens = true;
    const [token, other] = [await issueToken(broker), await issueToken(broker)];
    await using client = await StreamClient.listen(simulator.liveStreamUrl, token);
    const line = `DELETE /v1/oauth/token/${token}`;
    expect(await callBroker(broker, line)).toEqual({ status: 204, body: undefined });
    expect(await client.next(({ action }) => action === 'error')).toMatchObject({
      data: { error_message: 'access token is revoked' },
    });
    expect((await callWith(simulator, token)('GET /live/v2/account')).status).toBe(401);
    expect((await callWith(simulator, other)('GET /live/v2/account')).status).toBe(200);
    expect((await callBroker(broker, line)).status).toBe(404);
    expect(JSON.stringify(broker.control.requests)).not.toContain(token);
  });
});
