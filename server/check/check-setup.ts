import { type Configuration, redirectUri } from '../configuration/configuration.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkClient } from './check-client.ts';
import { checkPublicUrl } from './check-public-url.ts';
import { checkStore } from './check-store.ts';
import { checkUpstreams } from './check-upstreams.ts';
import { checkWidget } from './check-widget.ts';
import type { Finding } from './finding.ts';

/**
 * Tries out what a valid configuration can still get wrong. Sends the client secret to the token endpoint, which is who
 * it is for, and nothing secret anywhere else.
 */
export async function checkSetup(configuration: Configuration): Promise<Finding[]> {
  const findings = await Promise.all([
    checkAddresses(configuration),
    checkWidget(),
    checkStore(configuration),
    checkPublicUrl(configuration),
    checkUpstreams(configuration),
    checkClient(configuration),
  ]);
  const registered: Finding = {
    level: 'ok',
    what: `The configuration is valid. Register exactly this redirect URI with Alpaca: ${redirectUri(configuration)}`,
  };
  return [registered, ...findings.flat()];
}
