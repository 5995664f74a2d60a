import type { ConnectedAccount, Connection, Environment, RequestedEnvironment } from './contract.ts';
import { PublicError } from './http/errors.ts';
import type { OperationScope } from './operations.ts';
import { ALPACA, type Provider, providerIdOf } from './providers.ts';
import type { StoredConnection } from './stored-connection.ts';

/** What of a provider decides what its connections may be used for. */
export type CurrentRules = Pick<Provider, 'environments' | 'live' | 'developerAccounts' | 'scopes'>;

/**
 * The environments behind a request, if this server offers them all.
 * @throws PublicError 403 `live_not_allowed` that says which rule refused and what to do.
 */
export function offeredEnvironments(
  { environments, id = ALPACA }: Pick<CurrentRules, 'environments'> & Partial<Pick<Provider, 'id'>>,
  requested: RequestedEnvironment,
): Environment[] {
  const wanted: Environment[] = requested === 'both' ? ['paper', 'live'] : [requested];
  for (const environment of wanted) {
    if (environments.includes(environment)) continue;
    if (id !== ALPACA) {
      throw new PublicError(
        403,
        environment === 'live' ? 'live_not_allowed' : 'config_invalid',
        `This site does not connect ${environment} accounts there. The site's owner has to change the button's environment, or environments in PROVIDERS_FILE.`,
      );
    }
    throw environment === 'live'
      ? new PublicError(
          403,
          'live_not_allowed',
          "This site connects paper accounts only. Connect a paper account. (Site owners: live trading needs ALPACA_LIVE and ALPACA_ENVIRONMENTS, and Alpaca's approval for other people's accounts.)",
        )
      : new PublicError(
          403,
          'config_invalid',
          "This site does not offer paper accounts. The site's owner has to change the button's environment or ALPACA_ENVIRONMENTS.",
        );
  }
  return wanted;
}

/**
 * Alpaca's terms: live trading for other people needs its approval; for the developer's own account it does not.
 * @throws PublicError 403 `live_not_allowed`
 */
export function assertLiveAllowed(
  { live, developerAccounts }: Pick<CurrentRules, 'live' | 'developerAccounts'>,
  account: ConnectedAccount,
): void {
  if (live === 'approved') return;
  // An empty number is one that Alpaca did not tell: nobody's.
  if (live === 'developer' && account.number !== '' && developerAccounts.includes(account.number)) return;
  throw new PublicError(
    403,
    'live_not_allowed',
    live === 'developer'
      ? "This site may connect only its developer's own live accounts, until Alpaca approves it. Connect a paper account instead. (Site owners: ALPACA_DEVELOPER_ACCOUNTS lists your own.)"
      : 'This site does not connect live accounts. Connect a paper account instead. (Site owners: see ALPACA_LIVE.)',
  );
}

/**
 * A connection was made under the rules of its time; it is used under those of today, so that a rule that was tightened
 * holds at once and not only for new connections.
 * @throws PublicError 403 `live_not_allowed` or `insufficient_scope`
 */
export function assertCurrentRules(
  configuration: Omit<CurrentRules, 'environments'>,
  { environment, account }: Pick<Connection, 'environment' | 'account'>,
  scope: OperationScope,
): void {
  if (environment === 'live') assertLiveAllowed(configuration, account);
  if (scope !== 'none' && scope !== 'undocumented' && !configuration.scopes.includes(scope)) {
    throw new PublicError(
      403,
      'insufficient_scope',
      `This server does not offer the permission "${scope}". The site's owner can add it to ALPACA_SCOPES.`,
    );
  }
}

/** The provider of a connection. Undefined where it, or the environment, is no longer offered. */
export function providerOf(
  { providers }: { providers: readonly Provider[] },
  stored: StoredConnection,
): Provider | undefined {
  const { environment } = stored;
  return providers.find(
    ({ id, environments }) => id === providerIdOf(stored) && environments.includes(environment),
  );
}

/** The same, for what the app's own code may use now: undefined too where Alpaca, or a rule of today, refuses the connection. */
export function usableProviderOf(
  configuration: { providers: readonly Provider[] },
  stored: StoredConnection,
): Provider | undefined {
  const provider = providerOf(configuration, stored);
  if (provider === undefined || stored.revokedAt !== undefined) return undefined;
  try {
    assertCurrentRules(provider, stored, 'none');
    return provider;
  } catch {
    return undefined;
  }
}
