import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';

type Trust = (address: string, hop: number) => boolean;

/** What Express itself reads addresses with. It ships no types. */
const proxyAddress = createRequire(import.meta.url)('proxy-addr') as {
  (request: IncomingMessage, trust: Trust): string;
  compile(addresses: readonly string[]): Trust;
};

/** An IPv6 customer commonly gets a /56, and can take any address in it. */
const IPV6_SUBNET = 56;

/** Some gateways add the port to the address in X-Forwarded-For: each socket would then look like another client. */
const WITH_PORT = /^(?:(\d+(?:\.\d+){3})|\[([\da-f:.]+)\]):\d+$/i;

/** How a socket that listens on `::` shows an IPv4 address. Express' limiter parses it as IPv6, which a profile shows. */
const MAPPED = /^::ffff:(\d+(?:\.\d+){3})$/i;

/**
 * The client that a request counts for: an IPv4 address, also one that a dual-stack listener shows as `::ffff:192.0.2.1`
 * (CVE-2026-30827), or an IPv6 subnet. Everything that is no address counts as one client.
 *
 * It relies on `request.ip`, so behind a proxy `TRUST_PROXY` has to be right. (In an Express app of your own it is the
 * setting `trust proxy`. Never set it to `true`: then clients choose their own address.)
 */
export function clientAddress({ ip = '' }: Pick<Request, 'ip'>): string {
  const [, ipv4, ipv6] = WITH_PORT.exec(ip) ?? [];
  const named = ipv4 ?? ipv6 ?? ip;
  const address = MAPPED.exec(named)?.[1] ?? named;
  const version = isIP(address);
  if (version === 4) return address;
  return version === 0 ? 'unknown' : ipKeyGenerator(address, IPV6_SUBNET);
}

/** The client address of a request, whether Express has seen it or not. */
export type AddressOf = (request: IncomingMessage & { ip?: string | undefined }) => string;

/**
 * Reads client addresses by `TRUST_PROXY`, for what runs in front of Express. A request that came through Express has its
 * address already, by the setting `trust proxy`.
 */
export function addressReader(trustProxy: false | number | readonly string[] = false): AddressOf {
  const known = (request: Parameters<AddressOf>[0]) => request.ip;
  if (trustProxy === false || trustProxy === 0) {
    return (request) => clientAddress({ ip: known(request) ?? request.socket.remoteAddress });
  }
  const trust =
    typeof trustProxy === 'number'
      ? (_address: string, hop: number) => hop < trustProxy
      : proxyAddress.compile(trustProxy);
  return (request) => clientAddress({ ip: known(request) ?? proxyAddress(request, trust) });
}
