import type {
  AttemptRequest,
  Connection,
  ConnectionsAnswer,
  ExchangeRequest,
} from '../../../server/contract.ts';

/** Where the elements of these tests look for their server. Only `FakeServer` answers there. */
export const serverUrl = `${location.origin}/alpaca`;

export const paper: Connection = {
  id: 'paper-1',
  provider: 'alpaca',
  environment: 'paper',
  account: {
    id: 'account',
    number: 'PA3X9ZQK1234',
    status: 'ACTIVE',
    currency: 'USD',
    tradingBlocked: false,
  },
  scope: 'trading',
  connectedAt: '2026-08-01T12:00:00Z',
};

/** The network edge: answers `fetch()` in the page and in its popups as the server would. */
export class FakeServer {
  /** What the session holds. */
  connections: Connection[] = [];
  /** Answers in place of the usual ones, by method and path below the mount. */
  readonly overrides = new Map<string, (signal?: AbortSignal | null) => Response | Promise<Response>>();
  readonly requests: string[] = [];
  readonly mailbox = new Map<string, string>();
  offer: Omit<ConnectionsAnswer, 'connections'> = {
    app: 'Demo App',
    environments: ['paper', 'live'],
    scopes: ['trading', 'data'],
    disclosure: null,
    appUrl: null,
    returnPages: [location.origin + location.pathname],
    providers: [],
    connectionsPerSession: 8,
    awayDays: 0,
    away: [],
  };
  /** What the person chooses at the provider. */
  consented: Connection = paper;
  attempt: AttemptRequest | undefined;
  exchanged: ExchangeRequest | undefined;

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const path = new URL(String(input), location.origin).pathname.replace('/alpaca', '');
    const line = `${init.method ?? 'GET'} ${path}`;
    this.requests.push(line);
    const answer = this.overrides.get(line);
    if (answer) return answer(init.signal);
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    switch (
      line
        .replace(/(?<=^\S+ \/mailbox\/).*/, ':attempt')
        .replace(/(?<=^DELETE \/(?:connections|away)\/).*/, ':id')
    ) {
      case 'GET /connections':
        return Response.json({ ...this.offer, connections: this.connections });
      case 'POST /attempts':
        this.attempt = body;
        return Response.json({
          state: 'state',
          authorizationUrl: new URL('./provider-page.html', import.meta.url).href,
        });
      case 'POST /connections':
        this.exchanged = body;
        this.connections = body.keep ? [...this.connections, this.consented] : [this.consented];
        return Response.json(this.consented, { status: 201 });
      case 'DELETE /connections/:id':
        this.connections = this.connections.filter(({ id }) => !path.endsWith(`/${id}`));
        return new Response(null, { status: 204 });
      case 'DELETE /away/:id':
        this.offer = { ...this.offer, away: this.offer.away.filter(({ id }) => !path.endsWith(`/${id}`)) };
        return new Response(null, { status: 204 });
      case 'POST /mailbox/:attempt':
        this.mailbox.set(path, body.grant);
        return new Response(null, { status: 204 });
      case 'GET /mailbox/:attempt':
        return this.#collect(path, init.signal);
      default:
        return errorAnswer(404, 'not_found', `There is no ${line}.`);
    }
  };

  /** As the server does: holds the request until something arrives. */
  async #collect(path: string, signal: AbortSignal | null | undefined): Promise<Response> {
    while (!this.mailbox.has(path)) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return Response.json({ grant: this.mailbox.get(path) });
  }
}

export function errorAnswer(status: number, code: string, message: string): Response {
  return Response.json({ code, message, requestId: 'request' }, { status });
}
