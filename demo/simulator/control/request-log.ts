import type { ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';

/** A request that the simulator saw. Queries and headers are left out: they hold codes and tokens. */
export interface SeenRequest {
  method: string;
  path: string;
  /** Null while it is unanswered, and for ever when it hung or was dropped. */
  status: number | null;
  /** Whether PKCE was in it: a `code_challenge` at the authorize page, a `code_verifier` at the token endpoint. */
  pkce: boolean;
}

/** The log keeps the latest requests only. */
const MAX_REQUESTS = 10_000;

/** Remembers the requests, so that a test can say "this never reached Alpaca". */
export class RequestLog {
  #requests: SeenRequest[] = [];
  #tokenCalls = 0;

  /** Oldest first. */
  get requests(): SeenRequest[] {
    return this.#requests.map((seen) => ({ ...seen }));
  }

  /** How many requests the token endpoint has had. */
  get tokenCalls(): number {
    return this.#tokenCalls;
  }

  clear(): void {
    this.#requests = [];
    this.#tokenCalls = 0;
  }

  readonly handler: RequestHandler = (request, response, next) => {
    const seen = this.note(request.method, request.path, response);
    seen.pkce = request.path === '/oauth/authorize' && request.query['code_challenge'] !== undefined;
    if (request.path === '/oauth/token') this.#tokenCalls += 1;
    response.locals['seen'] = seen;
    next();
  };

  /** Remembers one request, and later how it was answered. */
  note(method: string, path: string, response: ServerResponse): SeenRequest {
    const seen: SeenRequest = { method, path, status: null, pkce: false };
    this.#requests.push(seen);
    if (this.#requests.length > MAX_REQUESTS) this.#requests.shift();
    response.on('finish', () => {
      seen.status = response.statusCode;
    });
    return seen;
  }
}

/** Called by the token endpoint, which alone can read the body. */
export function noteVerifier(response: Response, sent: boolean): void {
  const seen = response.locals['seen'] as SeenRequest;
  seen.pkce = sent;
}
