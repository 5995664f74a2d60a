import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { StreamClient, soon } from './stream-client.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

describe('acceptStreams()', () => {
  it('opens streams beside the REST paths, and counts and logs them', async () => {
    expect(simulator.paperStreamUrl).toBe(`${simulator.paperUrl.replace('http', 'ws')}/stream`);
    expect(simulator.liveStreamUrl).toBe(`${simulator.liveUrl.replace('http', 'ws')}/stream`);
    await using one = await StreamClient.open(simulator.paperStreamUrl);
    {
      await using _two = await StreamClient.open(simulator.paperStreamUrl);
      await using _three = await StreamClient.open(simulator.liveStreamUrl);
      expect(simulator.control.streams()).toEqual({ paper: 2, live: 1 });
    }
    await soon(() => expect(simulator.control.streams()).toEqual({ paper: 1, live: 0 }));
    expect(one.closed).toBeUndefined();
    expect(simulator.control.requests).toEqual([
      { method: 'GET', path: '/paper/stream', status: 101, pkce: false },
      { method: 'GET', path: '/paper/stream', status: 101, pkce: false },
      { method: 'GET', path: '/live/stream', status: 101, pkce: false },
    ]);
  });

  it.each(['/', '/stream', '/paper/streams', '/data/stream', '//'])(
    'answers 404 for a stream at %s',
    async (path) => {
      const url = simulator.url.replace('http', 'ws') + path;
      await expect(StreamClient.open(url)).rejects.toThrow('404');
      expect(simulator.control.requests).toMatchObject([{ status: 404 }]);
    },
  );

  it('leaves a request that is no handshake to the Trading API', async () => {
    expect((await fetch(`${simulator.paperUrl}/stream`)).status).toBe(401);
  });

  it('lets faults have the handshake: a wrong answer, a broken connection, none at all', async () => {
    const path = '/paper/stream';
    simulator.control.addFault({ kind: 'answer', path, times: 1, status: 502, body: '{}' });
    simulator.control.addFault({ kind: 'drop', path, times: 1 });
    await expect(StreamClient.open(simulator.paperStreamUrl)).rejects.toThrow('502');
    await expect(StreamClient.open(simulator.paperStreamUrl)).rejects.toThrow('socket hang up');
    simulator.control.addFault({ kind: 'hang', path });
    const hanging = StreamClient.open(simulator.paperStreamUrl).catch(() => 'ended');
    await soon(() => expect(simulator.control.requests).toHaveLength(3));
    expect(simulator.control.requests.map(({ status }) => status)).toEqual([502, null, null]);
    await simulator.close();
    expect(await hanging).toBe('ended');
  });

  it('outlives a client that leaves before it is answered', async () => {
    simulator.control.delay = 200;
    const socket = new WebSocket(simulator.paperStreamUrl).on('error', () => {});
    await soon(() => expect(simulator.control.requests).toHaveLength(1));
    socket.terminate();
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    expect(simulator.control.streams()).toEqual({ paper: 1, live: 0 });
    expect(client.closed).toBeUndefined();
  });

  it('closes with streams open', async () => {
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    await simulator.close();
    expect(await client.end()).toBe(1006);
  });
});
