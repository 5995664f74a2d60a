import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between our server and one of Alpaca's hosts and keeps the request lines, byte for byte. */
export class WireTap implements AsyncDisposable {
  readonly #server: Server;
  /** What came by: method and request-target. */
  readonly seen: { method: string; target: string }[] = [];
  /** Where everything goes on to. */
  destination = '';

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (incoming, response) => {
      const { method = '', url: target = '', headers } = incoming;
      this.seen.push({ method, target });
      const onward = request(this.destination + target, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      incoming.pipe(onward);
    });
  }

  static async open(): Promise<WireTap> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WireTap(server);
  }

  /** Where it listens. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
