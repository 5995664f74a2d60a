import type { Connection, ConnectionsAnswer, Provider, RequestedEnvironment } from '../server/contract.ts';
import type { Backend } from './backend.ts';

/** The id of Alpaca itself among the providers. */
export const ALPACA = 'alpaca';

/** What one element knows of the server: asked once, and again when another element or tab changed something. */
export class KnownConnections {
  readonly #outdated: () => void;
  #answer: ConnectionsAnswer | undefined;
  #connections: readonly Connection[] = [];
  #channel: ChangeChannel | undefined;
  /** The request that counts. What earlier ones still answer is ignored. */
  #asking: AbortController | undefined;

  /** @param outdated Called when the server has something new to say. */
  constructor(outdated: () => void) {
    this.#outdated = outdated;
  }

  /** What the server last said. Undefined before it said anything. */
  get answer(): ConnectionsAnswer | undefined {
    return this.#answer;
  }

  /** Something better is known than what the server is saying right now. */
  set answer(answer: ConnectionsAnswer | undefined) {
    this.#asking?.abort();
    this.#hear(answer);
  }

  /** What was connected when the server last said, and what changed since. */
  get connections(): readonly Connection[] {
    return this.#connections;
  }

  /** What the server offers through one of its providers. An older server names none. */
  provider(id: string): Pick<Provider, 'name' | 'scopes' | 'disclosure'> {
    const found = this.#answer?.providers?.find((one) => one.id === id);
    return found ?? { name: id === ALPACA ? 'Alpaca' : id, scopes: this.#answer?.scopes ?? [] };
  }

  /** Whether there is room for one more account of this person. */
  get hasRoom(): boolean {
    const alive = this.#connections.filter(({ revokedAt }) => revokedAt === undefined);
    return alive.length < (this.#answer?.connectionsPerSession ?? 1);
  }

  /**
   * This was connected, whatever the server is saying right now.
   * @param keep Whether beside others of its environment.
   */
  add(connection: Connection, keep: boolean): void {
    this.remove(
      connectionsIn(this.#connections, connection.environment, connection.provider).filter(
        ({ account }) => !keep || account.id === connection.account.id,
      ),
    );
    this.#connections = [...this.#connections, connection];
  }

  /** These were disconnected, whatever the server is saying right now. */
  remove(removed: readonly Connection[]): void {
    this.#asking?.abort();
    this.#connections = this.#connections.filter((one) => !removed.some(({ id }) => id === one.id));
  }

  /**
   * Asks the server. Resolves to whether that was the latest request.
   *
   * @throws ConnectError when the latest request cannot be answered.
   */
  async ask(backend: Backend): Promise<boolean> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const answer = await backend.connections(asking.signal);
      if (!asking.signal.aborted) this.#hear(answer);
    } catch (thrown) {
      if (!asking.signal.aborted) throw thrown;
    }
    return !asking.signal.aborted;
  }

  #hear(answer: ConnectionsAnswer | undefined): void {
    this.#answer = answer;
    this.#connections = answer?.connections ?? [];
  }

  /** Listens to the others who use this server, and to no other server, until `leave()`. */
  join(server: string): void {
    if (this.#channel?.server === server) return;
    this.leave();
    this.#channel = changeChannel(server, this.#outdated);
  }

  /** Has all others ask again. */
  announce(): void {
    this.#channel?.announce();
  }

  /** Stops listening. From here on, the answer may be outdated. */
  leave(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}

/** Where the elements and tabs of this origin that use the same server tell each other that something changed. */
interface ChangeChannel {
  readonly server: string;
  /** Tells the others to look again. What is connected, only the server tells. */
  announce(): void;
  close(): void;
}

/**
 * Calls `changed` when another element changed something, and when the page returns from the back-forward cache, where it hears nothing.
 * A browser that refuses the page its cookies may refuse it channels too: then there is nobody to hear.
 */
export function changeChannel(server: string, changed: () => void): ChangeChannel {
  let channel: BroadcastChannel | undefined;
  try {
    channel = new BroadcastChannel(`alpaca-connect:${server}`);
  } catch {}
  const returned = ({ persisted }: PageTransitionEvent) => persisted && changed();
  channel?.addEventListener('message', changed);
  window.addEventListener('pageshow', returned);
  return {
    server,
    announce: () => channel?.postMessage(0),
    close: () => {
      channel?.close();
      window.removeEventListener('pageshow', returned);
    },
  };
}

/** The connections that an element for this environment and provider shows. */
export function connectionsIn<One extends Pick<Connection, 'provider' | 'environment'>>(
  all: readonly One[],
  environment: RequestedEnvironment,
  provider: string,
): readonly One[] {
  return all.filter(
    (one) => one.provider === provider && (environment === 'both' || one.environment === environment),
  );
}

/** What an element that does nothing shows. Expired only when nothing else is left to work with. */
export function restingState(connections: readonly Connection[]): 'idle' | 'connected' | 'expired' {
  if (connections.length === 0) return 'idle';
  return connections.every(({ revokedAt }) => revokedAt !== undefined) ? 'expired' : 'connected';
}
