import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../../server/http-server.ts';
import { startTwoServers } from '../../faults/two-servers.ts';
import { openStage, type Stage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';
import { FakeAlpaca } from './fake-alpaca.ts';
import { until } from './stream-harness.ts';
import { StreamReader } from './stream-reader.ts';

async function listen(visitor: Visitor, environment = 'paper', lastEventId?: string): Promise<StreamReader> {
  const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
  const response = await visitor.call(`/${environment}/stream`, { headers });
  expect(response.status).toBe(200);
  return new StreamReader(response, new AbortController());
}

function stageWith(alpaca: FakeAlpaca): Promise<Stage> {
  return openStage({
    environment: {
      ALPACA_PAPER_STREAM_URL: alpaca.url.href,
      ALPACA_LIVE_STREAM_URL: new URL('/live', alpaca.url).href,
    },
  });
}

describe('a stream of the whole server', () => {
  it('ends at once, with a final event, when the person disconnects, and shows the token to nobody', async () => {
    await using alpaca = await FakeAlpaca.start();
    await using stage = await stageWith(alpaca);
    const visitor = new Visitor(stage);
    await visitor.connect();
    const page = await listen(visitor);
    await page.opened();
    alpaca.publish('fill');
    await page.nextOf('fill');

    const answer = await visitor.call('/connections/paper', { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(await page.nextOf('end')).toMatchObject({ data: { code: 'not_connected' } });
    expect(await page.ended).toBe('ended');
    await until(() => alpaca.open.length === 0);

    const [token = ''] = stage.tokens();
    expect(alpaca.sockets[0]?.frames[0]).toContain(token);
    expect(stage.sent().includes(token)).toBe(false);
    expect(stage.logged()).not.toContain(token);
  });

  it('ends when another request finds that Alpaca no longer accepts the token', async () => {
    await using alpaca = await FakeAlpaca.start();
    await using stage = await stageWith(alpaca);
    const visitor = new Visitor(stage);
    await visitor.connect();
    const page = await listen(visitor);
    stage.simulator.control.revoke();
    expect((await visitor.call('/paper/v2/account')).status).toBe(401);
    expect(await page.nextOf('end')).toMatchObject({ data: { code: 'connection_revoked' } });
    expect(await page.ended).toBe('ended');
  });

  it('goes on, without a gap, when the person connects the other account', async () => {
    await using alpaca = await FakeAlpaca.start();
    await using stage = await stageWith(alpaca);
    const visitor = new Visitor(stage);
    await visitor.connect({ environment: 'paper' });
    const page = await listen(visitor);
    await page.opened();
    expect((await visitor.connect({ environment: 'live' })).status).toBe(201);
    expect(await page.ended).toBe('ended');
    expect(page.text).not.toContain('event: end');
    alpaca.publish('fill');
    const back = await listen(visitor, 'paper', page.lastId);
    expect(await back.nextOf('fill')).toMatchObject({ event: 'fill' });
    expect(back.text).not.toContain('gap');
    await visitor.call('/connections/paper', { method: 'DELETE' });
    await back.ended;
  });

  it('does not hold up a server that stops', async () => {
    await using alpaca = await FakeAlpaca.start();
    await using stage = await stageWith(alpaca);
    const { configuration } = stage.service;
    const server = await startServer(
      { ...stage.service, configuration: { ...configuration, port: 0 } },
      { host: '127.0.0.1' },
    );
    const visitor = new Visitor(stage);
    await visitor.connect();
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'X-Alpaca-Connect': '1', 'Sec-Fetch-Site': 'same-origin', Cookie: cookie };
    const response = await fetch(`${server.url}/alpaca/paper/stream`, { headers });
    const page = new StreamReader(response, new AbortController());
    await page.opened();
    await server.stop();
    expect(await page.ended).toBe('ended');
    expect(page.text).not.toContain('event: end');
    await until(() => alpaca.open.length === 0);
  });
});

describe('a stream of one server process', () => {
  it('ends when the person disconnects at another one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'streams-'));
    await using alpaca = await FakeAlpaca.start();
    await using servers = await startTwoServers({
      SESSION_FILE: join(folder, 'sessions.sqlite'),
      ALPACA_PAPER_STREAM_URL: alpaca.url.href,
    });
    const visitor = new Visitor(servers);
    await visitor.connect();
    servers.route = 'a';
    const page = await listen(visitor);
    await page.opened();
    alpaca.publish('fill');
    await page.nextOf('fill');
    servers.route = 'b';
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect(await page.ended).toBe('ended');
    rmSync(folder, { recursive: true, force: true });
  });
});
