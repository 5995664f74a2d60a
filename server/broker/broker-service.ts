import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { createLogger, describingErrors, report } from '../http/log.ts';
import { chooseBackend } from '../session/choose-backend.ts';
import { RecordStore } from '../session/records.ts';
import { Sealer } from '../session/sealer.ts';
import { withDeadline } from '../session/with-deadline.ts';
import { BrokerApi } from './broker-api.ts';
import { Codes } from './codes.ts';
import { type Grant, Grants } from './grants.ts';
import type { BrokerSettings, BrokerUser } from './options.ts';
import { Pages } from './page.ts';
import { PartnerCredentials } from './partner-credentials.ts';
import { Tickets } from './tickets.ts';

/** Everything that the routes need, built once at set-up. */
export interface BrokerService {
  settings: BrokerSettings;
  log: Logger;
  api: BrokerApi;
  tickets: Tickets;
  codes: Codes;
  grants: Grants;
  pages: Pages;
  /** Who is signed in. @throws Error when the app cannot tell. */
  userOf(request: IncomingMessage): Promise<BrokerUser | undefined>;
  /** Tells the app of a grant. Never throws. */
  tell(hook: 'onGrant' | 'onRevoke', grant: Grant): Promise<void>;
  close(): Promise<void>;
}

/** How long a request waits for a function of the app, in milliseconds. */
const PATIENCE = 5_000;
const LONGEST_ID = 200;

/** @throws Error when the SQLite file cannot be opened. */
export function createBrokerService(settings: BrokerSettings): BrokerService {
  const { broker, api, issuer, store, codeLifetime, ticketLifetime } = settings;
  const log = describingErrors(settings.log ?? createLogger());
  const sealer = new Sealer(store.keys);
  const backend =
    store.backend ?? chooseBackend({ redisUrl: store.redisUrl ?? null, sessionFile: store.file ?? '' });
  const records = new RecordStore({ backend, sealer });
  return {
    settings,
    log,
    api: new BrokerApi(api.url, new PartnerCredentials(api.authentication)),
    tickets: new Tickets(records, sealer, ticketLifetime * 1_000),
    codes: new Codes(records, codeLifetime * 1_000),
    grants: new Grants(records, sealer.keyIds()),
    pages: new Pages({ ...broker, host: new URL(issuer).host }),
    async userOf(request) {
      const user = await withDeadline((async () => settings.getUser(request))(), PATIENCE);
      if (user === undefined || user === null) return undefined;
      assertUser(user);
      return user;
    },
    async tell(hook, { user, clientId, clientName, accountId, scope }) {
      const event = { user, client: { id: clientId, name: clientName }, account: accountId, scope };
      try {
        await withDeadline((async () => settings[hook]?.(event))(), PATIENCE);
      } catch (error) {
        report(log, 'error', { event: 'hook_failed', hook, error });
      }
    },
    close: () => records.close(),
  };
}

function assertUser({ id, accounts }: BrokerUser): void {
  const hasId = typeof id === 'string' && id !== '' && id.length <= LONGEST_ID;
  const isAccount = (account: BrokerUser['accounts'][number]) =>
    /^[\w-]{1,64}$/.test(account.id) &&
    [account.number, account.label, account.status].every((text) => typeof text === 'string') &&
    typeof account.tradable === 'boolean';
  if (hasId && Array.isArray(accounts) && accounts.every(isAccount)) return;
  throw new TypeError('getUser returned no user of the documented shape.');
}
