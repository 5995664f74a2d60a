import { expect, it } from 'vitest';
import { startServer } from '../../server/start-server.ts';
import { openStage } from '../stage.ts';

it('startServer(): a page that only waits for its grant does not hold up the stop', async () => {
  await using stage = await openStage();
  const { configuration } = stage.service;
  const server = await startServer(
    { ...stage.service, configuration: { ...configuration, port: 0 } },
    { host: '127.0.0.1' },
  );
  const waiting = fetch(`${server.url}/alpaca/mailbox/${'A'.repeat(43)}`, {
    headers: {
      'X-Alpaca-Connect': '1',
      'Sec-Fetch-Site': 'same-origin',
      'X-Alpaca-Connect-Verifier': 'v'.repeat(43),
    },
  });
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  await server.stop();
  expect((await waiting).status).toBe(204);
});
