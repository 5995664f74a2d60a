import type { Configuration } from '../configuration/configuration.ts';
import { isLoopback } from '../configuration/is-loopback.ts';
import type { Finding } from './finding.ts';

/** What can be seen of the addresses without asking anybody. */
export function checkAddresses({ publicUrl, embedOrigins, trustProxy }: Configuration): Finding[] {
  const findings: Finding[] = [];
  if (publicUrl.protocol === 'https:' && !trustProxy) {
    findings.push({
      level: 'problem',
      what: 'PUBLIC_URL is https, but no proxy is trusted. This server speaks plain http, so somebody else has to hold the certificate, and then no browser would get a session cookie.',
      remedy:
        'Set TRUST_PROXY to the number of proxies in front of this server (often 1), and have the last one send X-Forwarded-Proto.',
    });
  }
  if (isLoopback(publicUrl) && publicUrl.hostname !== 'localhost') {
    findings.push({
      level: 'warning',
      what: `PUBLIC_URL names this machine ${publicUrl.hostname}. Alpaca takes redirect URIs on localhost; this is another URI, and for browsers another site.`,
      remedy: `Set PUBLIC_URL to ${withHost(publicUrl, 'localhost')} and open that in the browser, unless you registered this one.`,
    });
  }
  for (const origin of embedOrigins) {
    const url = new URL(origin);
    const twin = isLoopback(url) && isLoopback(publicUrl) && url.port === publicUrl.port;
    if (!twin || url.hostname === publicUrl.hostname) continue;
    findings.push({
      level: 'warning',
      what: `EMBED_ORIGINS holds ${origin}, which is PUBLIC_URL (${publicUrl.origin}) by another name. For browsers these are two sites with separate cookies.`,
      remedy: `Remove it, and open ${publicUrl.origin} in the browser.`,
    });
  }
  return findings;
}

function withHost(url: URL, hostname: string): string {
  return Object.assign(new URL(url), { hostname }).origin;
}
