import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SIMULATOR_CLIENT, startSimulator } from '../../../demo/simulator/index.ts';
import { callWith, numberOf } from './caller.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('startSimulator()', () => {
  it('puts every host of Alpaca below one URL', async () => {
    await using simulator = await startSimulator();
    expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(simulator).toMatchObject({
      authorizeUrl: `${simulator.url}/oauth/authorize`,
      tokenUrl: `${simulator.url}/oauth/token`,
      paperUrl: `${simulator.url}/paper`,
      liveUrl: `${simulator.url}/live`,
      dataUrl: `${simulator.url}/data`,
    });
  });

  it('listens under the name it was given', async () => {
    await using simulator = await startSimulator({ host: 'localhost' });
    expect(simulator.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(`${simulator.paperUrl}/v2/account`)).status).toBe(401);
  });

  it('rejects when the port is taken', async () => {
    await using simulator = await startSimulator();
    const port = Number(new URL(simulator.url).port);
    await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('has a default client of the shape of a real one', () => {
    expect(SIMULATOR_CLIENT.clientId).toMatch(/^[0-9a-f]{32}$/);
    expect(SIMULATOR_CLIENT.clientSecret).toHaveLength(40);
  });

  it('closes although a request hangs, and may be closed twice', async () => {
    const simulator = await startSimulator();
    simulator.control.addFault({ kind: 'hang', path: '/' });
    const hanging = fetch(simulator.paperUrl).catch(() => 'ended');
    await vi.waitFor(() => expect(simulator.control.requests).toHaveLength(1));
    await simulator.close();
    await simulator.close();
    expect(await hanging).toBe('ended');
  });

  // close() writes nothing, so what the next simulator finds is what a kill at that moment would have left.
  it('finds tokens, accounts and orders again in its state file, and fills what was open', async () => {
    const stateFile = join(folder, 'state.json');
    const first = await startSimulator({ stateFile });
    const token = first.control.issueToken({ accountNumbers: [numberOf('paper')], scope: 'trading data' });
    const order = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '1' };
    const { body } = await callWith(first, token)('POST /paper/v2/orders', order);
    const before = (await callWith(first, token)('GET /paper/v2/positions/AAPL')).body;
    await first.close();

    await using second = await startSimulator({ stateFile });
    const call = callWith(second, token);
    const { id } = body as { id: string };
    await vi.waitFor(
      async () => expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({ status: 'filled' }),
      { timeout: 10_000, interval: 100 },
    );
    const after = (await call('GET /paper/v2/positions/AAPL')).body as Record<string, string>;
    expect(after['cost_basis']).toBe((before as Record<string, string>)['cost_basis']);
  });

  it('keeps a revocation in its state file', async () => {
    const stateFile = join(folder, 'state.json');
    const first = await startSimulator({ stateFile });
    const token = first.control.issueToken({ accountNumbers: [numberOf('paper')], scope: '' });
    first.control.revoke();
    await first.close();
    await using second = await startSimulator({ stateFile });
    expect((await callWith(second, token)('GET /paper/v2/account')).status).toBe(401);
  });
});
