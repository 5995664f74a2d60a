import type { BrokerService } from './broker-service.ts';
import type { Family } from './grants.ts';

/**
 * Ends tokens at Alpaca, where `revokeBy` says that there is a way.
 * @returns whether Alpaca confirmed it for each. Never throws.
 */
export async function endTokens(
  { settings, api }: Pick<BrokerService, 'settings' | 'api'>,
  tokens: readonly string[],
): Promise<boolean> {
  if (settings.revokeBy === 'none') return false;
  const ended = await Promise.all(tokens.map((token) => api.deleteToken(token)));
  return ended.length > 0 && ended.every(Boolean);
}

/** The same for all that came of codes. */
export function endFamilies(
  service: Pick<BrokerService, 'settings' | 'api'>,
  families: readonly Family[],
): Promise<boolean> {
  return endTokens(
    service,
    families.flatMap(({ tokens }) => tokens.map(({ token }) => token)),
  );
}
