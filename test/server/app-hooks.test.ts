import { describe, expect, it } from 'vitest';
import { AppHooks } from '../../server/hooks.ts';
import { createLogger } from '../../server/http/log.ts';
import { exampleConnection } from './session/example-connection.ts';

describe('AppHooks', () => {
  it('waits for a hook that hangs no longer than its patience, and logs it', async () => {
    const lines: string[] = [];
    const log = createLogger({ write: (line) => lines.push(line) });
    const hooks = { onConnect: () => new Promise<void>(() => {}) };
    await new AppHooks({ hooks, log, patience: 1 }).connected([exampleConnection()]);
    expect(lines.join()).toContain('"event":"hook_failed","hook":"onConnect"');
  });

  it('tells of all connections although the hook fails for one', async () => {
    const told: string[] = [];
    const hooks = {
      onDisconnect({ connection }: { connection: { environment: string } }) {
        told.push(connection.environment);
        if (connection.environment === 'paper') throw new Error('no');
      },
    };
    const log = createLogger({ write: () => {} });
    const [paper, live] = [exampleConnection(), exampleConnection({ environment: 'live' })];
    await new AppHooks({ hooks, log }).ended([paper, live], 'replaced');
    expect(told).toEqual(['paper', 'live']);
  });

  it('says nothing of the end of a connection whose revocation it told', async () => {
    const told: string[] = [];
    const log = createLogger({ write: () => {} });
    const hooks = new AppHooks({ hooks: { onDisconnect: ({ reason }) => void told.push(reason) }, log });
    const revoked = exampleConnection({ revokedAt: '2026-08-01T12:00:00.000Z' });
    await hooks.ended([revoked], 'revoked');
    await hooks.ended([revoked], 'disconnected');
    await hooks.ended([revoked], 'replaced');
    expect(told).toEqual(['revoked']);
  });
});
