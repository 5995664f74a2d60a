import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SIMULATOR_CLIENT, startSimulator } from '../../demo/simulator/index.ts';
import { freePort, startServerProcess, untilReady } from '../server-process.ts';
import { stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';

it('after kill -9 and a restart the browser is still connected and an attempt in flight still completes', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await using simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const environment = {
    ...stageEnvironment(simulator),
    PUBLIC_URL: url,
    PORT: String(port),
    SESSION_FILE: join(mkdtempSync(join(tmpdir(), 'killed-')), 'sessions.sqlite'),
  };
  const connected = new Visitor({ url });
  const onTheWay = new Visitor({ url });
  const used = new Visitor({ url });

  await using first = startServerProcess(environment);
  await untilReady(first, url);
  expect((await connected.connect()).status).toBe(201);
  const grant = await onTheWay.obtainGrant();
  const replay = await used.obtainGrant();
  const exchanged = await used.exchange(replay.grant, replay.codeVerifier);
  expect(exchanged.status).toBe(201);
  first.process.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');

  await using second = startServerProcess(environment);
  await untilReady(second, url);
  expect(await (await connected.call('/connections')).json()).toMatchObject({
    connections: [{ environment: 'paper' }],
  });
  expect((await connected.call('/paper/v2/account')).status).toBe(200);
  expect((await onTheWay.exchange(grant.grant, grant.codeVerifier)).status).toBe(201);
  const again = await used.exchange(replay.grant, replay.codeVerifier);
  expect(await again.json()).toEqual(await exchanged.json());
  expect(simulator.control.tokenCalls).toBe(3);
});
