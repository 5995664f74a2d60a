import { connect } from 'node:net';

/** What the load generator is told to do. */
export interface LoadOrder {
  port: number;
  /** Whole requests, taken in turn. */
  requests: string[];
  connections: number;
  milliseconds: number;
}

/** What it measured. Latencies in milliseconds. */
export interface LoadResult {
  answered: number;
  /** Answers other than 200. */
  failed: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/**
 * Sends requests over so many connections, each one as soon as the answer to the one before is there. Speaks HTTP over bare
 * sockets: a whole client would take from two cores what the relays need.
 */
async function load({ port, requests, connections, milliseconds }: LoadOrder): Promise<LoadResult> {
  const times: number[] = [];
  let failed = 0;
  let next = 0;
  const began = performance.now();
  const end = began + milliseconds;

  function client(): Promise<void> {
    return new Promise((resolve, reject) => {
      open(resolve, reject);
    });
  }

  /** Sends over one socket after another: a server may say that it takes no more requests over this one. */
  function open(resolve: () => void, reject: (error: Error) => void): void {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sent = 0;
    let answer = '';
    let isReplaced = false;
    const send = () => {
      if (performance.now() >= end) return void socket.destroy();
      const request = requests[next % requests.length] ?? '';
      next += 1;
      sent = performance.now();
      socket.write(request, 'latin1');
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
      if (!isWhole(answer)) return;
      times.push(performance.now() - sent);
      if (!answer.startsWith('HTTP/1.1 200 ')) failed += 1;
      isReplaced = /\r\nconnection: close\r\n/i.test(answer);
      answer = '';
      if (!isReplaced) return send();
      socket.destroy();
      open(resolve, reject);
    });
    socket.once('connect', send).once('error', reject);
    socket.once('close', () => {
      if (isReplaced) return;
      if (performance.now() >= end) resolve();
      else reject(new Error('The connection was closed.'));
    });
  }

  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - began) / 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? Number.NaN;
  return { answered: times.length, failed, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, head))?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= head + 4 + Number(length);
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (result) => process.send?.(result),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
