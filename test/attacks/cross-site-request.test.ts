import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * A page that the visitor has open elsewhere makes their browser send requests with the session cookie: forms, images,
 * `no-cors` fetches. None of these can set our header, and no origin off the list gets past the guard (CSRF).
 */
it('every route that a script calls demands the header and an origin on the allow-list', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  await visitor.connect();
  const before = stage.simulator.control.requests.length;

  const routes = [
    ['GET', '/connections'],
    ['POST', '/connections'],
    ['DELETE', '/connections/paper'],
    ['POST', '/attempts'],
    ['GET', '/mailbox/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['GET', '/paper/v2/account'],
    ['DELETE', '/paper/v2/orders'],
  ] as const;
  const disguises = [
    { 'X-Alpaca-Connect': '' },
    { 'X-Alpaca-Connect': '0' },
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: `${stage.url}.evil.example`, 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'none' },
  ];
  let tried = 0;
  for (const [method, path] of routes) {
    for (const headers of disguises) {
      const answer = await visitor.call(path, { method, headers: { ...headers } });
      expect(`${method} ${path} ${JSON.stringify(headers)} ${answer.status}`).toMatch(/ 403$/);
      expect(answer.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
      tried += 1;
    }
  }
  process.stdout.write(`cross-site requests: ${tried} tried, 0 reached Alpaca\n`);
  expect(stage.simulator.control.requests).toHaveLength(before);
  expect((await visitor.call('/paper/v2/account')).status).toBe(200);
});
