import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareRelays } from './compare-relays.ts';
import { BARE, contenders, EIGHT, OURS } from './contenders.ts';
import { MeasuredProcess } from './measured-process.ts';
import { loadTable } from './results.ts';

const FEW = contenders.filter(([name]) => [BARE, OURS, EIGHT, 'http-proxy-middleware stack'].includes(name));

describe('npm run bench', () => {
  it('measures the server beside the relays, every request answered, and stops what it started', {
    timeout: 120_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const resources: AsyncDisposable[] = [];
    const stopAtEnd = <Resource extends AsyncDisposable>(resource: Resource) => {
      resources.push(resource);
      return resource;
    };
    const said: string[] = [];
    try {
      const upstream = stopAtEnd(
        await MeasuredProcess.ofScript('upstream.ts', {}, join(folder, 'upstream.log')),
      );
      const { port: upstreamPort } = await upstream.answer<{ port: number }>();
      const surroundings = { upstream, upstreamPort, sessions: 20, folder, stopAtEnd };
      // Long enough that a starved machine answers something in it.
      const effort = { rounds: 1, milliseconds: 500, oneByOne: 20 };
      const measured = await compareRelays(surroundings, FEW, effort, (line) => said.push(line));
      expect(said).toEqual([]);
      expect([...measured.keys()]).toEqual(FEW.map(([name]) => name));
      for (const [round] of measured.values()) {
        expect(round?.one).toMatchObject({ failed: 0, answered: expect.any(Number) });
        expect(round?.all.answered).toBeGreaterThan(0);
        expect(round?.memory).toBeGreaterThan(0);
      }
      expect(loadTable(measured)).toContain(`\n${OURS} `);
    } finally {
      for (const resource of resources.reverse()) await resource[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    }
    for (const resource of resources) {
      if (resource instanceof MeasuredProcess) expect(() => process.kill(resource.pid, 0)).toThrow('ESRCH');
    }
  });
});
