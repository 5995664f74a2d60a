import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, type ExpectStatic, expect, it, onTestFinished } from 'vitest';
import { SqliteBackend } from '../../server/session/sqlite.ts';
import { MOUNTED } from '../mounted.ts';
import { REDIS_START_TIMEOUT } from '../redis/start-redis.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { FULL_DISK, mayMount, REDIS_FAULTS, SQLITE_FAULTS, type StoreFault } from './store-faults.ts';

const remove = { method: 'DELETE' };
let survived = 0;
let slowest = { ms: 0, fault: '' };

/** What the server answers, as `status code`. */
async function ask(answer: Promise<Response>, fault = 'none'): Promise<string> {
  const start = performance.now();
  const response = await answer;
  const body = (await response.json().catch(() => ({}))) as { code?: string };
  const ms = Math.round(performance.now() - start);
  if (ms > slowest.ms) slowest = { ms, fault };
  return [response.status, ...(body.code === undefined ? [] : [body.code])].join(' ');
}

const health = (stage: Stage, path: string) => ask(fetch(stage.url + path));

const UNAVAILABLE = '503 session_store_unavailable';

/** The same once the store is there again. On a machine that is starved, a socket to it may be given up once more meanwhile. */
async function askUntilServed(send: () => Promise<Response>): Promise<string> {
  const giveUp = Date.now() + 20_000;
  let answer = await ask(send());
  while (answer === UNAVAILABLE && Date.now() < giveUp) {
    await sleep(100);
    answer = await ask(send());
  }
  return answer;
}

/** Health has routes in the runnable server only: 404 elsewhere. */
const [FAILING, LIVING] = MOUNTED ? ['404', '404'] : ['503', '200'];

/** Waits until the server has its store again: by its own word, and in an app that asks no such thing, by what a person notices. */
async function untilServing(stage: Stage, { poll }: ExpectStatic): Promise<void> {
  const serves = () => (MOUNTED ? ask(new Visitor(stage).connect()) : health(stage, '/readyz'));
  await poll(serves, { timeout: 20_000 }).toBe(MOUNTED ? '201' : '200');
}

function standsThrough({ name, reads, open }: StoreFault, { concurrent = false } = {}): void {
  it(`${name}: 503 while it lasts, nobody is disconnected, all is well afterwards`, {
    timeout: REDIS_START_TIMEOUT,
    concurrent,
  }, async ({ expect }) => {
    const asked = (answer: Promise<Response>) => ask(answer, name);
    await using store = await open();
    await using stage = await openStage({ environment: store.variables });
    const person = new Visitor(stage);
    const another = new Visitor(stage);
    expect(await asked(person.connect())).toBe('201');
    const { grant, codeVerifier, attempt } = await another.obtainGrant();
    const cookies = new Map(person.cookies);
    const { tokenCalls } = stage.simulator.control;

    await store.break();
    const whileBroken = await Promise.all([
      asked(another.exchange(grant, codeVerifier)),
      asked(another.call(`/mailbox/${attempt}`, { method: 'POST', body: { grant } })),
      asked(person.call('/connections/paper', remove)),
      asked(person.call('/connections')),
      asked(person.call('/paper/v2/account')),
      health(stage, '/readyz'),
      health(stage, '/livez'),
    ]);
    const read = reads ? '200' : UNAVAILABLE;
    expect(whileBroken).toEqual([UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, read, read, FAILING, LIVING]);
    expect(person.cookies).toEqual(cookies);
    expect(another.hasSession).toBe(false);
    expect(stage.simulator.control.tokenCalls).toBe(tokenCalls);
    await store.mend();

    await untilServing(stage, expect);
    // The store may have carried out what it did not answer in time. Then the person is disconnected, as they asked.
    const account = (visitor: Visitor) => askUntilServed(() => visitor.call('/paper/v2/account'));
    expect(['200', '401 not_connected']).toContain(await account(person));
    const exchanged = await askUntilServed(() => another.exchange(grant, codeVerifier));
    expect(['201', '409 exchange_failed']).toContain(exchanged);
    for (const visitor of [person, another]) {
      expect(await askUntilServed(() => visitor.connect())).toBe('201');
      expect(await account(visitor)).toBe('200');
      expect(await askUntilServed(() => visitor.call('/connections/paper', remove))).toBe('204');
      expect(await account(visitor)).toBe('401 not_connected');
    }
    survived++;
  });
}

describe('the server stands through', () => {
  // Each has a Redis and a server of its own, and some wait half a minute for what came of an exchange.
  for (const fault of REDIS_FAULTS) standsThrough(fault, { concurrent: true });
  for (const fault of SQLITE_FAULTS) standsThrough(fault);
  describe.skipIf(!mayMount())('(needs the right to mount)', () => standsThrough(FULL_DISK));

  afterAll(() => {
    process.stdout.write(
      `store faults: ${survived} survived, slowest answer ${slowest.ms} ms (${slowest.fault})\n`,
    );
  });
});

describe('the server without its store', () => {
  it('starts while Redis is away, answers 503, and serves once Redis is there', {
    timeout: REDIS_START_TIMEOUT,
  }, async () => {
    const fault = REDIS_FAULTS.find(({ name }) => name === 'a Redis that is gone');
    if (fault === undefined) throw new Error('No such fault.');
    await using store = await fault.open();
    await store.break();
    await using stage = await openStage({ environment: store.variables });
    expect(await health(stage, '/readyz')).toBe(FAILING);
    const person = new Visitor(stage);
    const { grant, codeVerifier } = await person.obtainGrant();
    expect(await ask(person.exchange(grant, codeVerifier))).toBe('503 session_store_unavailable');
    await store.mend();
    await untilServing(stage, expect);
    expect(await ask(person.exchange(grant, codeVerifier))).toBe('201');
  });

  it.skipIf(MOUNTED)(
    'is not ready once its SQLite file was deleted, because a restart would find nothing (only the runnable server has /readyz)',
    async () => {
      const file = join(temporaryFolder(), 'sessions.sqlite');
      await using stage = await openStage({ environment: { SESSION_FILE: file } });
      expect(await health(stage, '/readyz')).toBe('200');
      rmSync(file);
      expect(await health(stage, '/readyz')).toBe('503');
    },
  );

  it.each([
    ['file', 0o400, 0o755],
    ['folder', 0o666, 0o555],
  ])('does not start with a %s that it may not write, and names SESSION_FILE', (_what, file, folder) => {
    const path = temporaryFolder();
    const sessionFile = join(path, 'sessions.sqlite');
    writeFileSync(sessionFile, '');
    chmodSync(sessionFile, file);
    chmodSync(path, folder);
    const open = () => asOrdinaryUser(() => new SqliteBackend({ file: sessionFile }));
    expect(open).toThrow(/SESSION_FILE/);
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'alpaca-connect-fails-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Root may write everything: becomes `nobody` for as long as `work` takes. */
function asOrdinaryUser<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}
