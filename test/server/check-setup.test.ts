import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../demo/simulator/index.ts';
import { checkSetup } from '../../server/check-setup.ts';
import { readConfiguration } from '../../server/configuration/read-configuration.ts';
import { REDIS_START_TIMEOUT, startRedis, type TestRedis } from '../redis/start-redis.ts';
import { openStage, stageEnvironment } from '../stage.ts';

let redis: TestRedis;
let simulator: Simulator;
beforeAll(async () => {
  [redis, simulator] = await Promise.all([startRedis(), startSimulator()]);
}, REDIS_START_TIMEOUT);
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await simulator.close();
});

async function problems(redisUrl: string) {
  const configuration = readConfiguration({
    ...stageEnvironment(simulator),
    PUBLIC_URL: 'http://localhost:3000',
    REDIS_URL: redisUrl,
  });
  return (await checkSetup(configuration)).filter(({ ok }) => !ok);
}

describe('checkSetup()', () => {
  it('finds nothing wrong with a server that works, and names the redirect URI to register', async () => {
    await using stage = await openStage();
    const findings = await checkSetup(stage.service.configuration);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings[0]?.what).toContain(`${stage.url}/alpaca/callback`);
  });

  it('tells an upstream that does not answer from a store that does not work, each with its remedy', async () => {
    await using stage = await openStage();
    const findings = await checkSetup({
      ...stage.service.configuration,
      sessionFile: '/dev/null/sessions.sqlite',
      dataUrl: new URL('http://127.0.0.1:1'),
    });
    const problems = findings.filter(({ ok }) => !ok);
    expect(problems).toHaveLength(2);
    expect(problems[0]?.remedy).toContain('SESSION_FILE');
    expect(problems[1]?.what).toContain('http://127.0.0.1:1');
    expect(problems[1]?.remedy).toMatch(/network/);
  });

  it('finds nothing wrong with a Redis that works', async () => {
    expect(await problems(redis.url.href)).toEqual([]);
  });

  it('says why a Redis cannot be used, and never its password', async () => {
    const found = await problems(`redis://user:canary@${redis.url.host}`);
    expect(found).toMatchObject([
      { what: expect.stringContaining(redis.url.host), remedy: expect.stringContaining('WRONGPASS') },
    ]);
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  it('warns of a Redis that drops keys when its memory is full', async () => {
    await redis.admin('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
    expect(await problems(redis.url.href)).toMatchObject([
      { what: expect.stringContaining('volatile-lru'), remedy: expect.stringContaining('noeviction') },
    ]);
  });
});
