import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { disguisedTargets } from '../attacks/disguised-targets.ts';
import { statusOf } from '../server/proxy/proxy-harness.ts';
import type { Site } from '../visitor.ts';

const TARGETS = disguisedTargets();

/** How long a body stays unfinished before its sender is gone, in milliseconds. */
const UNFINISHED = 50;

/** Requests that the server has to refuse, made of the header lines that somebody's own page sends. */
const ATTACKS: readonly ((page: string) => string)[] = [
  (page) => `GET ${oneOf(TARGETS)} HTTP/1.1\r\n${page}\r\n`,
  (page) => `GET /alpaca/connections HTTP/1.1\r\n${page.replace('X-Alpaca-Connect', 'X-Other')}\r\n`,
  (page) => `GET /alpaca/paper/v2/account HTTP/1.1\r\n${page.replace('same-origin', 'cross-site')}\r\n`,
  (page) => `GET /alpaca/paper/v2/account HTTP/1.1\r\n${page.replace('alpaca.sid=', '$&x')}\r\n`,
  (page) => `GET /alpaca/paper/stream HTTP/1.1\r\n${page.replace('alpaca.sid=', '$&x')}\r\n`,
  (page) => post('/alpaca/connections', page, '{"code":"AAAA","codeVerifier":"AAAA"}'),
  (page) => post('/alpaca/connections', page, `"${'a'.repeat(20_000)}"`),
  (page) => post('/alpaca/attempts', page, '{'),
  (page) => post('/alpaca/paper/v2/orders', `${page}Transfer-Encoding: chunked\r\n`, '{}'),
];

/** One hostile request with the cookie of somebody who is connected. @throws Error when the server does not refuse it */
export async function attack(site: Site, cookie: string): Promise<void> {
  const page = [
    `Host: ${new URL(site.url).host}`,
    'X-Alpaca-Connect: 1',
    'Sec-Fetch-Site: same-origin',
    `Cookie: ${cookie}`,
    'Connection: close\r\n',
  ].join('\r\n');
  if (Math.random() * ATTACKS.length < 1) return leaveUnfinished(site, page);
  const request = oneOf(ATTACKS)?.(page) ?? '';
  const status = statusOf(await answerTo(site, request));
  if (status < 400 || status >= 500) throw new Error(`${request.split('\r\n')[0]} was answered ${status}`);
}

function post(path: string, head: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Begins to send an order, and is gone in the middle of it. */
async function leaveUnfinished(site: Site, page: string): Promise<void> {
  const socket = send(site, post('/alpaca/paper/v2/orders', page, '{"symbol":"AAPL"}').slice(0, -1));
  await wait(UNFINISHED);
  socket.destroy();
}

/** Resolves when the server hangs up, to all that came back. */
function answerTo(site: Site, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    send(site, bytes)
      .setEncoding('latin1')
      .on('data', (chunk) => {
        answer += chunk;
      })
      .on('close', () => resolve(answer));
  });
}

function send(site: Site, bytes: string): Socket {
  const { hostname, port } = new URL(site.url);
  // How a connection ends is told by what came before: `close` follows in any case.
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.write(bytes, 'latin1');
  return socket;
}

function oneOf<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)];
}
