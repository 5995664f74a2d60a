import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../server/http-server.ts';
import { openStage } from '../stage.ts';

/**
 * `node --expose-gc --import tsx test/faults/pipelined-heap.ts`: prints the heap, in bytes, before and after 20 clients sent a
 * thousand requests each behind one that waits, and left.
 */
const CLIENTS = 20;
const BEHIND = 999;
const HEAD = 'Host: x\r\nX-Alpaca-Connect: 1\r\nSec-Fetch-Site: same-origin\r\n';
const POLL = `GET /alpaca/mailbox/${'A'.repeat(43)} HTTP/1.1\r\n${HEAD}X-Alpaca-Connect-Verifier: ${'v'.repeat(43)}\r\n\r\n`;
const READ = `GET /alpaca/paper/v2/account HTTP/1.1\r\n${HEAD}\r\n`;

async function heap(): Promise<number> {
  for (let turn = 0; turn < 5; turn += 1) {
    await sleep(100);
    global.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

const stage = await openStage();
const { service } = stage;
const server = await startServer(
  { ...service, configuration: { ...service.configuration, port: 0 } },
  { host: '127.0.0.1' },
);
const port = Number(new URL(server.url).port);

/** Resolves when the server has read everything, or has hung up. */
async function leaveBehind(behind: number): Promise<void> {
  const client = connect(port, '127.0.0.1').on('error', () => {});
  const closed = new Promise((resolve) => client.once('close', resolve));
  await new Promise((resolve) => client.write(POLL + READ.repeat(behind), resolve));
  await Promise.race([closed, sleep(500)]);
  client.destroy();
  await closed;
}

await leaveBehind(1);
const before = await heap();
for (let client = 0; client < CLIENTS; client += 1) await leaveBehind(BEHIND);
const after = await heap();
process.stdout.write(`${JSON.stringify({ before, after })}\n`);
await server.stop();
await stage[Symbol.asyncDispose]();
