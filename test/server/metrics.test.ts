import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SIMULATOR_ACCOUNTS, startSimulator } from '../../demo/simulator/index.ts';
import { startMetrics } from '../../server/metrics.ts';
import { freePort, startServerProcess } from '../server-process.ts';
import { openStage, stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const ORDER = '6f1b1a5c-58a7-4b0e-9d35-0c6d3a5e8b11';

/** The value of a line of Prometheus' text format, by its start up to the value. */
function valueIn(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('GET /metrics', () => {
  it('counts requests by route and what else happens, with nothing of a person, a token or a URL', async () => {
    await using stage = await openStage();
    const metrics = await startMetrics({ host: '127.0.0.1', port: 0 });
    const visitor = new Visitor(stage);
    const connection = await (await visitor.connect()).json();
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    expect((await visitor.call(`/paper/v2/orders/${ORDER}`)).status).toBe(404);
    expect((await visitor.call('/nothing-of-the-kind')).status).toBe(404);
    expect((await new Visitor(stage).call('/paper/v2/account')).status).toBe(401);

    const answer = await fetch(metrics.url);
    const text = await answer.text();
    await metrics.close();
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    const count = (labels: string) => valueIn(text, `alpaca_connect_requests_total{${labels}}`);
    expect(count('api="paper",method="GET",route="/v2/account",status="200"')).toBe(1);
    expect(count('api="paper",method="GET",route="/v2/orders/{order_id}",status="404"')).toBe(1);
    expect(count('api="connect",method="POST",route="/connections",status="201"')).toBe(1);
    const event = (labels: string) => valueIn(text, `alpaca_connect_events_total{${labels}}`);
    expect(event('event="connected",level="info",code=""')).toBe(1);
    expect(event('event="request_refused",level="warn",code="not_found"')).toBe(1);
    expect(valueIn(text, 'alpaca_connect_request_seconds_count{api="paper"}')).toBe(3);
    expect(valueIn(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);

    const [account] = SIMULATOR_ACCOUNTS;
    const private_ = [
      'secret-of-a-url',
      visitor.code,
      connection.id,
      account?.number,
      ...visitor.cookies.values(),
    ];
    for (const value of private_) {
      expect(value).toMatch(/.{8}/);
      expect(text).not.toContain(value);
    }
  });

  it('leaves streams out of the times, which are about answers', async () => {
    await using stage = await openStage();
    const metrics = await startMetrics({ host: '127.0.0.1', port: 0 });
    const visitor = new Visitor(stage);
    await visitor.connect();
    const before = valueIn(
      await (await fetch(metrics.url)).text(),
      'alpaca_connect_request_seconds_count{api="connect"}',
    );
    const stream = await visitor.call('/paper/stream');
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    const streams =
      'alpaca_connect_requests_total{api="connect",method="GET",route="/paper/stream",status="200"}';
    await expect.poll(async () => valueIn(await (await fetch(metrics.url)).text(), streams)).toBe(1);
    const text = await (await fetch(metrics.url)).text();
    await metrics.close();
    expect(valueIn(text, 'alpaca_connect_request_seconds_count{api="connect"}')).toBe(before);
  });

  it('is the only thing at its address', async () => {
    const metrics = await startMetrics({ host: '127.0.0.1', port: 0 });
    for (const path of ['/', '/metrics/', '/metrics?x', '/alpaca/connections']) {
      expect((await fetch(new URL(path, metrics.url))).status, path).toBe(404);
    }
    expect((await fetch(metrics.url, { method: 'POST' })).status).toBe(404);
    await metrics.close();
    await expect(fetch(metrics.url)).rejects.toThrow();
  });
});

describe('METRICS_ADDRESS', () => {
  it('makes npm start serve them there, and nowhere else', { timeout: 60_000 }, async () => {
    await using simulator = await startSimulator();
    const [port, metricsPort] = [await freePort(), await freePort()];
    const file = join(mkdtempSync(join(tmpdir(), 'metrics-')), 'sessions.sqlite');
    await using server = startServerProcess({
      ...stageEnvironment(simulator),
      ...{ PUBLIC_URL: `http://localhost:${port}`, PORT: String(port), SESSION_FILE: file },
      METRICS_ADDRESS: `127.0.0.1:${metricsPort}`,
    });
    await expect.poll(() => server.output(), { timeout: 50_000 }).toContain('"listening"');
    const own = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(own).toContain('event="listening"');
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  it('that is taken ends npm start with a message that names it', { timeout: 60_000 }, async () => {
    await using simulator = await startSimulator();
    await using server = startServerProcess({
      ...stageEnvironment(simulator),
      PUBLIC_URL: 'http://localhost:3000',
      METRICS_ADDRESS: `127.0.0.1:${new URL(simulator.url).port}`,
    });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('METRICS_ADDRESS');
  });
});
