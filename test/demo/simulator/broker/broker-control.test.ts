import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type BrokerApi,
  type BrokerControl,
  SIMULATOR_BROKER_CLIENT,
  type Simulator,
  startSimulator,
} from '../../../../demo/simulator/index.ts';
import { callBroker, SOUND_BODY } from './broker-caller.ts';

const { clientId } = SIMULATOR_BROKER_CLIENT;
const LINE = `GET /v1/oauth/clients/${clientId}`;

let simulator: Simulator;
let broker: BrokerApi;
beforeEach(async () => {
  simulator = await startSimulator();
  broker = await simulator.startBrokerApi();
});
afterEach(() => simulator.close());

function control(path: string, body: object = {}): Promise<Response> {
  return fetch(`${broker.url}/control/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Simulator-Control': '1' },
    body: JSON.stringify(body),
  });
}

it('makes the Broker API answer garbage, break, and refuse the partner', async () => {
  broker.control.addFault({ kind: 'answer', path: '/v1/oauth/token', status: 500, body: '"oops"', times: 1 });
  expect(await callBroker(broker, 'POST /v1/oauth/token', SOUND_BODY)).toEqual({
    status: 500,
    body: 'oops',
  });
  broker.control.addFault({ kind: 'drop', path: '/v1/oauth', times: 1 });
  await expect(callBroker(broker, LINE)).rejects.toThrow('fetch failed');
  broker.control.addFault({ kind: 'unauthorized', path: '/v1/oauth', times: 1 });
  expect((await callBroker(broker, LINE)).status).toBe(401);
  expect((await callBroker(broker, LINE)).status).toBe(200);
});

it.each([
  ['is slow', (control: BrokerControl) => Object.assign(control, { delay: 600_000 })],
  ['hangs', (control: BrokerControl) => control.addFault({ kind: 'hang', path: '/v1/oauth2/token' })],
])('%s when it is told so, and ends with the simulator', async (_, misbehave) => {
  misbehave(broker.control);
  const waiting = fetch(broker.tokenUrl, { method: 'POST' }).catch(() => 'ended');
  await vi.waitFor(() => expect(broker.control.requests).toHaveLength(1));
  expect(broker.control.requests[0]?.status).toBeNull();
  await simulator.close();
  await broker.close();
  expect(await waiting).toBe('ended');
});

it('is the same over HTTP', async () => {
  await control('client', { clientId, name: 'Renamed', liveTradingApproved: false, status: 'DISABLED' });
  expect((await callBroker(broker, LINE)).body).toMatchObject({
    name: 'Renamed',
    live_trading_approved: false,
    status: 'DISABLED',
  });
  await control('deletion', { on: true });
  expect((await callBroker(broker, 'DELETE /v1/oauth/token/x')).body).toBe('40410000: token not found');
  await control('scope', { answer: 'empty' });
  await control('client', { clientId, status: 'ACTIVE' });
  expect((await callBroker(broker, 'POST /v1/oauth/token', SOUND_BODY)).body).toMatchObject({ scope: '' });
  await control('faults', { kind: 'answer', path: '/v1', status: 503 });
  await control('delay', { milliseconds: 1 });
  expect((await fetch(`${broker.url}/v1/oauth/clients/x`)).status).toBe(503);
  expect(await (await control('requests')).json()).toEqual({
    requests: [
      { method: 'GET', path: `/v1/oauth/clients/${clientId}`, status: 200, pkce: false },
      { method: 'DELETE', path: '/v1/oauth/token/…', status: 404, pkce: false },
      { method: 'POST', path: '/v1/oauth/token', status: 200, pkce: false },
      { method: 'GET', path: '/v1/oauth/clients/x', status: 503, pkce: false },
    ],
  });
  await control('reset');
  expect((await callBroker(broker, LINE)).body).toMatchObject({ name: 'Demo Desk' });
  await control('credentials/expire');
  expect((await control('client', { clientId: 'x' })).status).toBe(400);
  expect((await control('client', { clientId, clientSecret: 'x' })).status).toBe(400);
});

it('takes a malformed body and an unknown path as Alpaca does, with a text', async () => {
  const headers = {
    Authorization: `Basic ${btoa('CKSIMULATEDPARTNER00:simulated-partner-secret-opens-nothing-00')}`,
  };
  const answer = await fetch(`${broker.url}/v1/oauth/token`, { method: 'POST', headers, body: '{' });
  expect([answer.status, await answer.json()]).toEqual([400, '40010000: request body format is invalid']);
  expect(await callBroker(broker, 'GET /v1/accounts')).toEqual({
    status: 404,
    body: '40410000: endpoint not found',
  });
});
