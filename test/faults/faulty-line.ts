import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP line to a port of this machine, with the faults of a real network. */
export interface FaultyLine extends AsyncDisposable {
  port: number;
  /** How many connections were made through it. */
  connections(): number;
  /** Bytes are taken and lost in both directions; connections stay open, also new ones. */
  swallow(): void;
  /** What is asked still arrives; what is answered is lost. */
  swallowAnswers(): void;
  /** Every byte, in both directions, arrives this many milliseconds later. */
  delay(milliseconds: number): void;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Answers with bytes that are no protocol. */
  garble(): void;
  /** Works again. What was lost stays lost. */
  mend(): void;
}

type Mode = 'works' | 'swallows' | 'swallows answers' | 'is cut' | 'garbles';

export async function openFaultyLine(targetPort: number): Promise<FaultyLine> {
  let mode: Mode = 'works';
  let latency = 0;
  let connections = 0;
  const sockets = new Set<Socket>();

  const carry = (from: Socket, to: Socket, isAnswer: boolean): void => {
    from.on('data', (chunk) => {
      if (mode === 'swallows' || (isAnswer && mode === 'swallows answers')) return;
      const bytes = isAnswer && mode === 'garbles' ? Buffer.alloc(chunk.length, '\0?') : chunk;
      if (latency === 0) to.write(bytes);
      else setTimeout(() => to.write(bytes), latency).unref();
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };

  const server = createServer((client) => {
    if (mode === 'is cut') return void client.destroy();
    connections++;
    const target = connect(targetPort, '127.0.0.1');
    sockets.add(client).add(target);
    carry(client, target, false);
    carry(target, client, true);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const setMode = (next: Mode) => () => {
    mode = next;
  };
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    swallow: setMode('swallows'),
    swallowAnswers: setMode('swallows answers'),
    garble: setMode('garbles'),
    delay(milliseconds) {
      latency = milliseconds;
    },
    cut() {
      mode = 'is cut';
      cutAll();
    },
    mend() {
      mode = 'works';
      latency = 0;
    },
    async [Symbol.asyncDispose]() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
