import { expect, it } from 'vitest';
import { startSimulator } from '../../../../demo/simulator/index.ts';
import { numberOf } from '../caller.ts';

it('logoRoutes() answers a PNG, and 404 for an unknown symbol when no placeholder is wanted', async () => {
  await using simulator = await startSimulator();
  const token = simulator.control.issueToken({ accountNumbers: [numberOf('paper')], scope: 'data' });
  const get = (path: string) =>
    fetch(`${simulator.dataUrl}/v1beta1/logos/${path}`, { headers: { Authorization: `Bearer ${token}` } });
  const known = await get('AAPL?placeholder=false');
  expect(known.headers.get('content-type')).toBe('image/png');
  expect(
    Buffer.from(await known.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  expect((await get('NOPE')).status).toBe(200);
  expect((await get('NOPE?placeholder=false')).status).toBe(404);
});
