import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createLogger, describingErrors, type Report, report } from '../../../server/http/log.ts';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

const TOKEN = 'b9f9d2c4-canary-token';
const leaky = () => Object.assign(new Error(`Bearer ${TOKEN}`), { body: TOKEN });

/** What subscribers of the channel hear while `run` does. */
async function reportsOf(run: () => unknown): Promise<Report[]> {
  const heard: Report[] = [];
  const listen = (message: unknown): number => heard.push(message as Report);
  subscribe('alpaca-connect', listen);
  await run();
  unsubscribe('alpaca-connect', listen);
  return heard;
}

describe('report()', () => {
  it('writes one line and publishes the same fields, with the error described', async () => {
    const lines: string[] = [];
    const log = createLogger({ write: (line) => lines.push(line) });
    const heard = await reportsOf(() => report(log, 'warn', { event: 'not_ready', error: leaky() }));
    expect(heard).toEqual([
      { level: 'warn', event: 'not_ready', error: expect.objectContaining({ name: 'Error' }) },
    ]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', event: 'not_ready' });
    expect(lines.join('') + JSON.stringify(heard)).not.toContain(TOKEN);
  });

  it('publishes what happens to a connection by name, and nothing secret', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const heard = await reportsOf(async () => {
      await visitor.connect();
      await visitor.call('/paper/v2/account');
      await visitor.call('/paper/v2/nothing');
      await visitor.call('/connections/paper', { method: 'DELETE' });
    });
    const names = heard.map(({ event }) => event);
    for (const name of ['attempt_started', 'grant_sealed', 'connected', 'disconnected']) {
      expect(names.filter((each) => each === name)).toHaveLength(1);
    }
    expect(heard).toContainEqual(
      expect.objectContaining({ event: 'request', route: '/v2/account', status: 200 }),
    );
    expect(heard).toContainEqual(
      expect.objectContaining({ event: 'request', status: 404, code: 'operation_not_allowed' }),
    );
    const said = JSON.stringify(heard);
    for (const secret of [...stage.tokens(), visitor.code]) expect(said).not.toContain(secret);
  });
});

describe('describingErrors()', () => {
  it("keeps an app's own logger from writing what an error carries", () => {
    const lines: string[] = [];
    const log = describingErrors(pino({}, { write: (line: string) => lines.push(line) }));
    report(log, 'error', { event: 'request', error: leaky() });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"event":"request"');
    expect(lines[0]).not.toContain(TOKEN);
  });
});
