import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ConnectFetch } from '../../../demo/page/trading-account.ts';

export interface Received {
  method: string;
  /** With the API in front, for example `/paper/v2/account`. */
  path: string;
  body: string;
}

type Answer = (request: Received, response: ServerResponse) => void;

/** Stands where the proxy and Alpaca stand: a real HTTP server, reached as the element reaches it. */
export class FakeAlpaca implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server = createServer((request, response) => void this.#receive(request, response));
  readonly #answer: Answer;

  private constructor(answer: Answer) {
    this.#answer = answer;
  }

  static async start(answer: Answer): Promise<FakeAlpaca> {
    const fake = new FakeAlpaca(answer);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  readonly fetch: ConnectFetch = (api, path, init) => {
    const { port } = this.#server.address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}/${api}${path}`, init);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = { method: request.method ?? '', path: request.url ?? '', body: await text(request) };
    this.received.push(received);
    this.#answer(received, response);
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
