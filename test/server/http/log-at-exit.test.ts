import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

/** What a process writes that logs ten lines and then does this. */
async function logOf(then: string): Promise<string[]> {
  const script = `
    import { createLogger } from './server/http/log.ts';
    const log = createLogger();
    for (let line = 0; line < 10; line++) log.info({ line });
    ${then}`;
  const child = execFile(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  return output.trim().split('\n');
}

describe('the log of a process', () => {
  it.each([
    ['that ends by itself', ''],
    ['that calls process.exit()', 'process.exit(1);'],
    ['that throws what nobody catches', "throw new Error('boom');"],
    ['whose promise rejects unseen', "Promise.reject(new Error('boom'));"],
    [
      'that stops on SIGTERM',
      `const busy = setInterval(() => {}, 1_000);
       process.once('SIGTERM', () => clearInterval(busy));
       process.kill(process.pid, 'SIGTERM');`,
    ],
    ['that goes on, 100 ms later', "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1_000);"],
  ])('%s has every line', async (_, then) => {
    const lines = await logOf(then);
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([...Array(10).keys()]);
  });
});
