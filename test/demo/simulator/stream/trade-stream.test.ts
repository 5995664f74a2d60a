import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { callWith, numberOf } from '../caller.ts';
import { StreamClient, soon } from './stream-client.ts';

const UNAUTHORIZED = { stream: 'authorization', data: { status: 'unauthorized', action: 'authenticate' } };
const LISTEN = { action: 'listen', data: { streams: ['trade_updates'] } };
const RESTING_BUY = {
  symbol: 'KO',
  side: 'buy',
  type: 'limit',
  time_in_force: 'gtc',
  qty: '1',
  limit_price: '1',
};

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

function tokenOf(...environments: ('paper' | 'live')[]): string {
  return simulator.control.issueToken({ accountNumbers: environments.map(numberOf), scope: 'trading' });
}

describe('TradeStream', () => {
  it('authorizes a token, confirms what is listened to, and sends updates', async () => {
    const token = tokenOf('paper');
    await using client = await StreamClient.listen(simulator.paperStreamUrl, token);
    await callWith(simulator, token)('POST /paper/v2/orders', RESTING_BUY);
    await soon(() => expect(client.updates).toHaveLength(1));
    expect(client.messages).toEqual([
      { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } },
      { stream: 'listening', data: { streams: ['trade_updates'] } },
      { stream: 'trade_updates', data: expect.objectContaining({ event: 'new' }) },
    ]);
  });

  it('sends binary frames on paper and text frames on live', async () => {
    const token = tokenOf('paper', 'live');
    await using paper = await StreamClient.listen(simulator.paperStreamUrl, token);
    await using live = await StreamClient.listen(simulator.liveStreamUrl, token);
    await callWith(simulator, token)('POST /paper/v2/orders', RESTING_BUY);
    await callWith(simulator, token)('POST /live/v2/orders', RESTING_BUY);
    await soon(() => expect([paper.updates.length, live.updates.length]).toEqual([1, 1]));
    expect(new Set(paper.frames.map(({ binary }) => binary))).toEqual(new Set([true]));
    expect(new Set(live.frames.map(({ binary }) => binary))).toEqual(new Set([false]));
  });

  it.each([
    ['an unknown token', { action: 'authenticate', data: { oauth_token: 'unknown' } }],
    ['no token', { action: 'authenticate', data: {} }],
    ['an API key', { action: 'authenticate', data: { key_id: 'PK', secret_key: 'secret' } }],
    ['an API key in its newer form', { action: 'auth', key: 'PK', secret: 'secret' }],
  ])('answers unauthorized to %s, and closes', async (_name, message) => {
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    client.say(message);
    expect(await client.end()).toBe(1008);
    expect(client.messages).toEqual([UNAUTHORIZED]);
  });

  it('does not take the token of the other environment', async () => {
    await using client = await StreamClient.open(simulator.liveStreamUrl);
    client.say({ action: 'authenticate', data: { oauth_token: tokenOf('paper') } });
    expect(await client.end()).toBe(1008);
    expect(client.messages).toEqual([UNAUTHORIZED]);
  });

  it('tells a client that listens too early, and lets it authenticate then', async () => {
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    client.say(LISTEN);
    await client.next(({ data }) => (data as { action?: string }).action === 'listen');
    expect(client.messages).toEqual([
      { stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } },
    ]);
    client.say({ action: 'authenticate', data: { oauth_token: tokenOf('paper') } });
    client.say(LISTEN);
    await client.next(({ stream }) => stream === 'listening');
  });

  it('leaves unknown streams out of its confirmation, and stops with an empty list', async () => {
    const token = tokenOf('paper');
    await using silenced = await StreamClient.listen(simulator.paperStreamUrl, token);
    await using listening = await StreamClient.listen(simulator.paperStreamUrl, token);
    listening.say({ action: 'listen', data: { streams: ['trade_updates', 'weather'] } });
    silenced.say({ action: 'listen', data: { streams: [] } });
    await silenced.next(({ data }) => (data as { streams?: string[] }).streams?.length === 0);
    await callWith(simulator, token)('POST /paper/v2/orders', RESTING_BUY);
    await soon(() => expect(listening.updates).toHaveLength(1));
    expect(listening.messages.at(-2)).toEqual({ stream: 'listening', data: { streams: ['trade_updates'] } });
    expect(silenced.updates).toEqual([]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['an unknown action', { action: 'dance' }],
    ['a list of streams that is none', { action: 'listen', data: { streams: 'trade_updates' } }],
    ['null', 'null'],
  ])('answers an error to %s, then closes', async (_name, message) => {
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    client.say(message);
    expect(await client.end()).toBe(1008);
    expect(client.messages).toEqual([{ action: 'error', data: { error_message: 'invalid syntax' } }]);
  });

  it('closes on a message that is too big to be one', async () => {
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    client.say('x'.repeat(100_000));
    expect(await client.end()).toBe(1009);
  });

  it('ends a client that does not authenticate in time, and none that did', async () => {
    await using hasty = await startSimulator({ authenticationDeadline: 1_000 });
    const token = hasty.control.issueToken({ accountNumbers: [numberOf('paper')], scope: '' });
    await using known = await StreamClient.listen(hasty.paperStreamUrl, token);
    await using stranger = await StreamClient.open(hasty.paperStreamUrl);
    expect(await stranger.end()).toBe(1008);
    expect(stranger.messages).toEqual([
      { action: 'error', data: { error_message: 'authentication timeout' } },
    ]);
    expect(known.closed).toBeUndefined();
  });

  it('ends when its token is revoked, and no other', async () => {
    await using paper = await StreamClient.listen(simulator.paperStreamUrl, tokenOf('paper'));
    await using live = await StreamClient.listen(simulator.liveStreamUrl, tokenOf('live'));
    simulator.control.revoke(numberOf('paper'));
    expect(await paper.end()).toBe(1008);
    expect(paper.messages.at(-1)).toEqual({
      action: 'error',
      data: { error_message: 'access token is revoked' },
    });
    expect(live.closed).toBeUndefined();
    expect(simulator.control.streams()).toEqual({ paper: 0, live: 1 });
  });
});
