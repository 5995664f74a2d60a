import { expect, it } from 'vitest';
import { openAttackStage, statusOf } from './attack-stage.ts';

const SCRIPT_ROUTES = [
  '/alpaca/connections',
  '/alpaca/mailbox/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '/alpaca/paper/v2/account',
  '/alpaca/live/v2/account',
  '/alpaca/data/v2/stocks/AAPL/bars',
  '/alpaca/paper/v2beta1/events/activities',
  '/alpaca/paper/stream',
  '/alpaca/live/stream',
];
const OTHER_ROUTES = [
  '/',
  '/livez',
  '/readyz',
  '/alpaca/connect.js',
  '/alpaca/launch',
  '/alpaca/callback',
  '/alpaca/nothing',
  'http://evil.example/alpaca/paper/stream',
  'ws://evil.example/stream',
  '//evil.example/stream',
];
const HANDSHAKES = [
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: x',
  'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  'Upgrade: TLS/1.0\r\nConnection: Upgrade',
];

/*
 * A page of another site opens a WebSocket to the server: browsers send the cookie with it, ask for no preflight, and
 * CORS does not apply. An upgrade that some route takes, or passes on past the guards (Next.js GHSA-c4j6-fc7j-m34r), is a
 * tunnel with the victim's session.
 */
it(`protocol upgrades: ${(SCRIPT_ROUTES.length + OTHER_ROUTES.length) * HANDSHAKES.length} inputs, 0 upstream hits`, async () => {
  await using attack = await openAttackStage();
  const { host, origin } = new URL(attack.stage.url);
  // `/readyz` asks Alpaca itself whether it is there.
  const before = attack.stage.simulator.control.requests.filter(({ method }) => method !== 'HEAD').length;
  for (const path of [...SCRIPT_ROUTES, ...OTHER_ROUTES]) {
    for (const handshake of HANDSHAKES) {
      const lines = `Host: ${host}\r\nOrigin: ${origin}\r\nCookie: ${attack.cookie}\r\nConnection: close\r\n${handshake}`;
      const status = statusOf(await attack.raw(`GET ${path} HTTP/1.1\r\n${lines}\r\n\r\n\x81\x05hello`));
      expect(status, `${path} ${handshake}`).not.toBe(101);
      if (SCRIPT_ROUTES.includes(path)) expect(status, `${path} ${handshake}`).toBe(403);
    }
  }
  const { requests } = attack.stage.simulator.control;
  expect(requests.filter(({ method }) => method !== 'HEAD')).toHaveLength(before);
});
