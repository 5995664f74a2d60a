import { request as ask, createServer, type Server } from 'node:http';

const PAGE = '<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>';

/** Between browsers and the server: passes everything on, but puts a page of its own in place of each 502 and 504, as Cloudflare does. */
export class Edge {
  /** Whether everybody is sent to a sign-in page instead, as by a captive portal. */
  isPortal = false;
  /** How many of the next launch pages it answers with a page of its own, as for a server that is not there. */
  failingLaunches = 0;
  /** The requests whose answers are cut off on their way back: the next ones with this method and path. */
  lost: { method: string; path: string; times: number } | undefined;
  /** How many answers of the server it has replaced. */
  replaced = 0;

  /** The edge in front of the server at this port of 127.0.0.1. */
  before(port: number): Server {
    return createServer((request, response) => {
      if (this.isPortal) return void response.writeHead(302, { Location: '/sign-in' }).end();
      const { method, url, headers } = request;
      if (this.failingLaunches > 0 && url?.startsWith('/alpaca/launch?')) {
        this.failingLaunches -= 1;
        return void response.writeHead(502, { 'Content-Type': 'text/html' }).end(PAGE);
      }
      const onward = ask({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
        const { statusCode: status = 500 } = answer;
        if (status === 502 || status === 504) {
          this.replaced += 1;
          answer.resume();
          response.writeHead(status, { 'Content-Type': 'text/html' }).end(PAGE);
          return;
        }
        if (this.#loses(method, url)) return void response.destroy();
        response.writeHead(status, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    });
  }

  #loses(method: string | undefined, path: string | undefined): boolean {
    if (!this.lost?.times || this.lost.method !== method || this.lost.path !== path) return false;
    this.lost.times -= 1;
    return true;
  }
}
