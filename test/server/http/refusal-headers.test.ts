import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openStage } from '../../stage.ts';
import { openHostApp } from '../host-app.ts';

const PAGE = 'https://shop.example';

/** What keeps an answer from being cached, sniffed, rendered or loaded by another site. */
const PROTECTION = [
  'cache-control',
  'content-security-policy',
  'cross-origin-resource-policy',
  'x-content-type-options',
];

interface Refusal {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  status: number;
  code: string;
}

const NO_MARKER = { 'X-Alpaca-Connect': '' };
const TEXT = { 'Content-Type': 'text/plain', 'Content-Length': '2' };

const REFUSALS: [of: string, Refusal][] = [
  ['the proxy', { path: '/paper/v2/account', status: 401, code: 'not_connected' }],
  ['the proxy', { path: '/live/v2/nothing', status: 404, code: 'operation_not_allowed' }],
  ['the proxy', { path: '/data/v1beta1/news', method: 'DELETE', status: 405, code: 'method_not_allowed' }],
  [
    'the proxy',
    { path: '/paper/v2/orders', method: 'POST', headers: TEXT, status: 415, code: 'bad_request' },
  ],
  ['the proxy', { path: '/paper/v2/account', headers: NO_MARKER, status: 403, code: 'header_missing' }],
  ['the proxy', { path: '/paper/v2/..%2Faccount', status: 400, code: 'bad_path' }],
  ['the streams', { path: '/paper/stream', status: 401, code: 'not_connected' }],
  ['the streams', { path: '/live/stream', method: 'POST', status: 405, code: 'method_not_allowed' }],
  ['the streams', { path: '/live/stream', headers: NO_MARKER, status: 403, code: 'header_missing' }],
  ['the streams', { path: '/paper/stream?token=x', status: 400, code: 'bad_path' }],
  ['the other routes', { path: '/connections?a=%00', status: 400, code: 'bad_path' }],
  ['the other routes', { path: '/nothing', status: 404, code: 'not_found' }],
];

const SERVERS = {
  'the runnable server': () => openStage({ environment: { EMBED_ORIGINS: PAGE } }),
  'a mounted router': () => openHostApp({ environment: { EMBED_ORIGINS: PAGE } }),
};

/** Sends a target as it is, which `fetch()` would not: it resolves `..`, and never sends an absolute form. */
async function send(
  url: string,
  target: string,
  { method = 'GET', headers = {} }: Pick<Refusal, 'method' | 'headers'> = {},
  origin = PAGE,
): Promise<{ status: number; code: string | undefined; headers: Headers }> {
  const { hostname, port, host } = new URL(url);
  const sent = {
    Host: host,
    Origin: origin,
    'Sec-Fetch-Site': 'cross-site',
    'X-Alpaca-Connect': '1',
    Connection: 'close',
    ...headers,
  };
  const socket = connect(Number(port), hostname).on('error', () => {});
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${headers['Content-Length'] ? '{}' : ''}`,
  );
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  const [first = '', ...fields] = head.split('\r\n');
  return {
    status: Number(first.split(' ')[1]),
    code: /"code":"(\w+)"/.exec(body)?.[1],
    headers: new Headers(fields.map((field) => field.split(/:\s*(.*)/).slice(0, 2) as [string, string])),
  };
}

function protectionOf(headers: Headers): Record<string, string | null> {
  return Object.fromEntries(PROTECTION.map((name) => [name, headers.get(name)]));
}

describe.each(Object.entries(SERVERS))('%s', (_, open) => {
  it('protects its refusals as it protects its other answers, and lets an allowed page read them', async () => {
    await using server = await open();
    const other = await send(server.url, '/alpaca/connections');
    expect(other.status).toBe(200);
    const protection = protectionOf(other.headers);
    expect(Object.values(protection)).not.toContain(null);
    for (const [of, { path, status, code, ...more }] of REFUSALS) {
      const answer = await send(server.url, `/alpaca${path}`, more);
      const what = `${of}: ${more.method ?? 'GET'} ${path}`;
      expect(answer, what).toMatchObject({ status, code });
      expect(protectionOf(answer.headers), what).toEqual(protection);
      for (const name of ['access-control-allow-origin', 'access-control-allow-credentials', 'vary']) {
        expect(answer.headers.get(name), what).toBe(other.headers.get(name));
      }
      expect(answer.headers.get('access-control-allow-origin'), what).toBe(PAGE);
    }
  });

  it('protects what it refuses to a page that is not on the list, and lets that page read nothing', async () => {
    await using server = await open();
    const protection = protectionOf((await send(server.url, '/alpaca/connections')).headers);
    for (const [of, { path }] of REFUSALS) {
      const answer = await send(server.url, `/alpaca${path}`, {}, 'https://evil.example');
      expect(answer.status, `${of}: ${path}`).toBeGreaterThanOrEqual(400);
      expect(protectionOf(answer.headers), `${of}: ${path}`).toEqual(protection);
      expect(answer.headers.get('access-control-allow-origin'), `${of}: ${path}`).toBeNull();
      expect(answer.headers.get('vary'), `${of}: ${path}`).toContain('Origin');
    }
  });

  it('protects the refusal of a target that no page can send', async () => {
    await using server = await open();
    const protection = protectionOf((await send(server.url, '/alpaca/connections')).headers);
    const answer = await send(server.url, 'http://evil.example:99999/alpaca/callback');
    expect(answer).toMatchObject({ status: 400, code: 'bad_path' });
    expect(protectionOf(answer.headers)).toEqual(protection);
  });
});
