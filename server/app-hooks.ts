import type { Logger } from 'pino';
import type { ConnectEvent, DisconnectReason, Hooks } from './hooks.ts';
import { report } from './log/report.ts';
import { publicConnection, type StoredConnection } from './session/stored-connection.ts';
import { withDeadline } from './session/with-deadline.ts';

export interface AppHooksOptions {
  hooks: Pick<Hooks, 'onConnect' | 'onDisconnect'>;
  log: Logger;
  /** Milliseconds that an answer waits for a hook. */
  patience?: number;
}

/**
 * Tells the app around this server what became of connections. It can neither undo that nor hold it up for long: a hook
 * that throws or hangs must not cost a person the connection that was just made. No method rejects.
 */
export class AppHooks {
  readonly #options: Required<AppHooksOptions>;

  constructor({ hooks, log, patience = 5_000 }: AppHooksOptions) {
    this.#options = { hooks, log, patience };
  }

  async connected(connections: readonly StoredConnection[]): Promise<void> {
    const { hooks } = this.#options;
    await Promise.all(
      connections.map((each) => this.#tell('onConnect', () => hooks.onConnect?.(eventOf(each)))),
    );
  }

  /** A connection ends once: of one that was revoked before, the app has heard. */
  async ended(connections: readonly StoredConnection[], reason: DisconnectReason): Promise<void> {
    const { hooks } = this.#options;
    const news = connections.filter(({ revokedAt }) => reason === 'revoked' || revokedAt === undefined);
    await Promise.all(
      news.map((each) =>
        this.#tell('onDisconnect', () => hooks.onDisconnect?.({ ...eventOf(each), reason })),
      ),
    );
  }

  async #tell(hook: keyof Hooks, call: () => void | Promise<void>): Promise<void> {
    const { log, patience } = this.#options;
    try {
      await withDeadline((async () => call())(), patience);
    } catch (error) {
      report(log, 'error', { event: 'hook_failed', hook, error });
    }
  }
}

function eventOf(connection: StoredConnection): ConnectEvent {
  return { user: connection.user, connection: publicConnection(connection) };
}
