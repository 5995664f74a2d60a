import { isIP } from 'node:net';

/**
 * What `TRUST_PROXY` says: how many proxies are in front, or which addresses they have. Undefined for anything else,
 * `true` and a subnet of everybody included: whoever is trusted may claim any address and scheme (RFC 9700 section 4.13).
 */
export function trustedProxies(text: string): false | number | string[] | undefined {
  if (text === '' || text === 'false') return false;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const addresses = text.split(',').map((item) => item.trim());
  return addresses.every(isProxyAddress) ? addresses : undefined;
}

function isProxyAddress(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const longest = { 4: 32, 6: 128 }[isIP(address)];
  if (longest === undefined || rest.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= longest);
}
