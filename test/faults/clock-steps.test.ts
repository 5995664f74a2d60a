// Somebody sets the clock of the server's machine: NTP after a boot, a wrong time zone that is put right, a machine that was
// suspended. Nobody's session may end by it, nobody may be locked out, and nothing may wait for as long as the step.
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { Sessions } from '../../server/session/sessions.ts';
import { SqliteBackend } from '../../server/session/sqlite.ts';
import { SteadyClock } from '../../server/session/steady-clock.ts';
import { exampleConnection } from '../server/session/example-connection.ts';
import { temporaryFile } from '../server/session/temporary-file.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The clocks of this process, as somebody sets them and lets them go on, until the running test is done. */
function takeClocks() {
  const [wall, elapsed] = [Date.now, performance.now.bind(performance)];
  const clocks = { step: 0, passed: 0 };
  const spies = [
    vi.spyOn(Date, 'now').mockImplementation(() => wall() + clocks.step + clocks.passed),
    vi.spyOn(performance, 'now').mockImplementation(() => elapsed() + clocks.passed),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return clocks;
}

describe('a running server whose clock is set', () => {
  it.each([
    ['two days ahead', 2 * DAY],
    ['two hours back', -2 * HOUR],
  ])('%s for a minute goes on as if nothing had happened', async (_, step) => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    expect((await visitor.connect()).status).toBe(201);
    const other = new Visitor(stage);
    const { attempt, grant } = await other.obtainGrant();
    const clocks = takeClocks();
    clocks.step = step;
    const account = async () => (await visitor.call('/paper/v2/account')).status;
    expect(await account()).toBe(200);
    const deposit = await other.call(`/mailbox/${attempt}`, { method: 'POST', body: { grant } });
    expect(deposit.status).toBe(204);
    expect((await new Visitor(stage).connect()).status).toBe(201);
    clocks.passed = MINUTE;
    expect(await account()).toBe(200);
    clocks.step = 0;
    expect(await account()).toBe(200);
  });

  it('back by two hours ends a long poll when its 25 seconds are over', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const read = vi.spyOn(stage.service.records, 'read');
    const headers = { 'X-Alpaca-Connect-Verifier': 'v'.repeat(43) };
    const poll = visitor.call(`/mailbox/${'A'.repeat(43)}`, { headers });
    await vi.waitUntil(() => read.mock.calls.length > 0);
    Object.assign(takeClocks(), { step: -2 * HOUR, passed: 25_000 });
    expect((await poll).status).toBe(204);
  });
});

describe('a server that started while its clock was two days ahead', () => {
  it('refuses sessions while it believes so, deletes none, and honours them once it knows better', async () => {
    const file = await temporaryFile();
    const sealer = new Sealer([randomBytes(32)]);
    const machine = { time: Date.now(), elapsed: 0, error: 0 };
    const start = () => {
      const clock = new SteadyClock({
        wall: () => machine.time + machine.elapsed + machine.error,
        elapsed: () => machine.elapsed,
      });
      const now = () => clock.now();
      const backend = new SqliteBackend({ file, now, elapsed: () => machine.elapsed, purgeInterval: 1 });
      onTestFinished(() => backend.close());
      const records = new RecordStore({ backend, sealer, now });
      return { now, records, sessions: new Sessions({ records, idle: 12 * HOUR, absolute: 7 * DAY, now }) };
    };
    const before = start();
    const connections = [exampleConnection()];
    await before.sessions.create('id', { cookie: {}, connections });
    await before.records.claim('grant', 'used', before.now() + 2 * MINUTE);
    await before.records.close();

    machine.error = 2 * DAY;
    const { sessions, records } = start();
    expect(await sessions.load('id')).toBeUndefined();
    machine.elapsed += MINUTE;
    machine.error = 0;
    for (let minute = 0; minute < 90; minute += 1) {
      machine.elapsed += MINUTE;
      await sessions.load('id');
      // The purge looks at its clock meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect((await sessions.load('id'))?.connections).toEqual(connections);
    expect(await records.claim('grant', 'used', Number.MAX_SAFE_INTEGER - DAY)).toBe(false);
  });
});
