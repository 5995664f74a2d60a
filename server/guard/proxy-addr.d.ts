/** What is used of `proxy-addr`, which ships no types. */
declare module 'proxy-addr' {
  import type { IncomingMessage } from 'node:http';

  type Trust = (address: string, hop: number) => boolean;

  interface ProxyAddress {
    (request: IncomingMessage, trust: Trust): string;
    compile(addresses: readonly string[]): Trust;
  }

  const proxyAddress: ProxyAddress;
  export default proxyAddress;
}
