import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { freePort } from '../server-process.ts';
import { answers, logFile, type Surroundings, serverProcess, serverVariables } from './contenders.ts';
import { aligned, median } from './results.ts';

const PUBLIC = fileURLToPath(new URL('../../server/public/', import.meta.url));

/** From the start of the process to the first good answer of `/readyz`. npm itself adds its own start to it. */
export async function startUp(surroundings: Surroundings, times: number): Promise<string> {
  const { folder } = surroundings;
  const taken: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const port = await freePort();
    const variables = {
      ...serverVariables(surroundings, port, randomBytes(32)),
      SESSION_FILE: join(folder, 'start-up.sqlite'),
    };
    const began = performance.now();
    await using server = serverProcess(variables, logFile(folder, 'start-up'));
    await answers(server, `http://127.0.0.1:${port}/readyz`);
    taken.push(performance.now() - began);
  }
  const [least, most] = [Math.min(...taken), Math.max(...taken)];
  return `\nReady after ${median(taken).toFixed(0)} ms (${least.toFixed(0)}–${most.toFixed(0)}, ${times} starts)`;
}

/** What browsers load from the server, from the built files. */
export function widgetBytes(): string {
  const rows = readdirSync(PUBLIC)
    .filter((name) => name.endsWith('.js'))
    .map((name) => {
      const content = readFileSync(PUBLIC + name);
      return [name, `${content.length}`, `${brotliCompressSync(content).length}`];
    });
  return `\n${aligned([['What browsers load', 'bytes', 'brotli'], ...rows])}`;
}
