import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { commitFault, type Misbehaviour } from '../control/faults.ts';
import type { RequestLog } from '../control/request-log.ts';
import { AccessTokens } from '../oauth/access-tokens.ts';
import { type Account, hostOf, type TradingHost } from '../trading/account.ts';
import { TradeStream } from './trade-stream.ts';
import type { TradeStreams } from './trade-streams.ts';

/** In bytes. A client says who it is and what it listens to, nothing longer. */
const MAX_CLIENT_MESSAGE = 65_536;

/** What a stream knows that takes every token for an unknown one. */
const NO_TOKENS = new AccessTokens([], () => {});

/** Alpaca's `/stream` on each trading host, below the path that stands in for the host. */
const HOST_OF_PATH = new Map<string, TradingHost>([
  ['/paper/stream', 'paper'],
  ['/live/stream', 'live'],
  ['/sandbox/stream', 'sandbox'],
]);

interface AcceptStreamsOptions {
  tradeStreams: TradeStreams;
  tokens: AccessTokens;
  accounts: readonly Account[];
  /** Faults hit streams as they hit requests: by the path, before they are open. */
  control: Misbehaviour & { readonly log: RequestLog };
  /** Milliseconds. */
  authenticationDeadline: number;
}

/** Opens a trade stream for each WebSocket handshake that the server gets. Returns what ends them all. */
export function acceptStreams(server: Server, options: AcceptStreamsOptions): () => void {
  const { tradeStreams, tokens, accounts, control, authenticationDeadline } = options;
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CLIENT_MESSAGE });
  const sockets = new Set<Duplex>();
  server.on('upgrade', openStream);
  return function endStreams() {
    for (const socket of sockets) socket.destroy();
  };

  async function openStream(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0] ?? '';
    const refusal = answerOn(socket, request);
    const seen = control.log.note('GET', path, refusal);
    const fault = await commitFault(control, 'GET', path, refusal);
    if (fault !== undefined && fault !== 'unauthorized') return;
    const host = HOST_OF_PATH.get(path);
    if (host === undefined) {
      refusal.writeHead(404).end();
      return;
    }
    refusal.detachSocket(socket as Socket);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      seen.status = 101;
      const known = fault === 'unauthorized' ? NO_TOKENS : tokens;
      const stream = new TradeStream(webSocket, {
        environment: host === 'live' ? 'live' : 'paper',
        tokens: known,
        accounts: accounts.filter((account) => hostOf(account) === host),
        authenticationDeadline,
      });
      tradeStreams.add(stream);
      webSocket.on('close', () => tradeStreams.remove(stream));
    });
  }
}

/** An answer over HTTP, for a handshake that does not become a stream. */
function answerOn(socket: Duplex, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.on('finish', () => socket.end());
  return response;
}
