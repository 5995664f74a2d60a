import { describe, expect, it } from 'vitest';
import { openStage } from '../stage.ts';

describe('the health routes', () => {
  it('say that the server lives and is ready', async () => {
    await using stage = await openStage();
    expect((await fetch(`${stage.url}/livez`)).status).toBe(200);
    expect((await fetch(`${stage.url}/readyz`)).status).toBe(200);
  });

  it('say that the server is not ready while its store fails, and still lives', async () => {
    await using stage = await openStage();
    await stage.service.records.close();
    const answer = await fetch(`${stage.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: 'unavailable' });
    expect((await fetch(`${stage.url}/livez`)).status).toBe(200);
  });

  it('answer on their exact paths only, whatever the headers say', async () => {
    await using stage = await openStage();
    for (const path of ['/livez/', '/LIVEZ', '/readyz/x', '/alpaca/livez']) {
      const answer = await fetch(`${stage.url}${path}`, { headers: { 'User-Agent': 'kube-probe/1.30' } });
      expect(answer.status, path).not.toBe(200);
    }
  });
});

it('GET /readyz asks Alpaca once a second at most, however often it is asked itself', async () => {
  await using stage = await openStage();
  const before = stage.simulator.control.requests.length;
  for (let time = 0; time < 20; time += 1) await fetch(`${stage.url}/readyz`);
  expect(stage.simulator.control.requests.length - before).toBeLessThan(20);
});
