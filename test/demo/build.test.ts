import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'demo-build-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MODULE = new URL('../../demo/build.ts', import.meta.url).href;
const LINE = expect.stringMatching(/^Building .+\n$/);

/** Has another process run a script of the shell in place of the build. */
function run(script: string) {
  const code = `import { build } from '${MODULE}'; process.exitCode = await build(${JSON.stringify(script)});`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code]);
  const said = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.error += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...said }));
  return { child, ended };
}

/** Whether a process is there. Signal 0 asks without sending anything. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('build()', () => {
  it('says one line and nothing of what a command writes that succeeds', async () => {
    const { ended } = run('echo noise; echo warnings >&2');
    expect(await ended).toEqual({ code: 0, out: LINE, error: '' });
  });

  it('shows all of what a command wrote that fails, and ends with its code', async () => {
    const { ended } = run('echo first; echo second >&2; exit 7');
    const { code, out, error } = await ended;
    expect([code, out]).toEqual([7, LINE]);
    expect(error.split('\n').sort()).toEqual(['', 'first', 'second']);
  });

  it('shows a long output whole', async () => {
    const { ended } = run('seq 1 100000; exit 1');
    const { error } = await ended;
    expect(error.trimEnd().split('\n')).toHaveLength(100_000);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing running after %s', async (signal) => {
    const pidFile = join(folder, signal);
    // A shell in a shell, as npm, its shell and what that runs: only the group as a whole can be ended.
    const { child, ended } = run(`sh -c 'sleep 600 & echo $! > ${pidFile}; wait'`);
    await vi.waitFor(() => expect(existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/^\d+\n$/), {
      timeout: 10_000,
    });
    const sleeper = Number(readFileSync(pidFile, 'utf8'));
    expect(isRunning(sleeper)).toBe(true);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 143, out: LINE, error: '' });
    await vi.waitFor(() => expect(isRunning(sleeper)).toBe(false), { timeout: 10_000 });
  });
});
