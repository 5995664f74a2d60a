import { hostilePaths, hostileQueries } from '../server/http/hostile-targets.ts';

const HOSTS = words(
  'evil.example user:pw@evil.example evil.example:80 2130706433 0x7f.1 017700000001 [::ffff:127.0.0.1] 169.254.169.254',
);

/** One segment each, put where a segment may stand. What it decodes to leads elsewhere for somebody. */
const SEGMENTS = [
  ...words(
    '.. .%2e %2e. %2E%2E ..%2f %2e%2e%2f ..%5c %252e%252e %c0%ae%c0%ae %e0%80%ae %u002e ..; .; ..%00 ...',
  ),
  ...words(
    '%EF%BC%8E%EF%BC%8E %EF%BC%8F %2f%2fevil.example . %2e ; %00 %0d%0aX-Evil:1 %20 %zz % \\ %5c @evil.example',
  ),
  ...words(':80 http: https: http://evil.example __proto__ constructor toString \u00c0\u00ae \u0001'),
  '',
];

/** Raw request-targets by the thousand, none of which may reach Alpaca: odd paths and odd queries. */
export function disguisedTargets(): readonly string[] {
  const targets = [
    ...['/alpaca', '/alpaca/live/..', '/alpaca/data/..'].flatMap(hostilePaths),
    ...['paper', 'live', 'data'].flatMap((api) => [
      ...SEGMENTS.flatMap((segment) => around(`/alpaca/${api}`, segment)),
      ...hostileQueries.map((query) => `/alpaca/${api}/v2/account${query}`),
    ]),
    ...HOSTS.flatMap(elsewhere),
    ...MISSPELT,
  ];
  return [...new Set(targets)];
}

function around(api: string, segment: string): string[] {
  return [
    `${api}/${segment}/v2/account`,
    `${api}/v2/${segment}/account`,
    `${api}/v2/account/${segment}`,
    `${api}/v2/${segment}/${segment}/oauth/token`,
    `${api}/${segment}`,
    `/alpaca/${segment}${api.slice('/alpaca'.length)}/v2/account`,
    `/${segment}${api}/v2/account`,
  ];
}

/** The whole URL, and every place where a parser may take a host from. */
function elsewhere(host: string): string[] {
  return [
    `http://${host}/alpaca/paper/v2/account`,
    `https://${host}/alpaca/paper/v2/account`,
    `HTTP://${host}/alpaca/paper/v2/account`,
    `http:${host}/alpaca/paper/v2/account`,
    `//${host}/alpaca/paper/v2/account`,
    `///${host}/alpaca/paper/v2/account`,
    `/\\${host}/alpaca/paper/v2/account`,
    `\\\\${host}/alpaca/paper/v2/account`,
    `/alpaca/paper//${host}/v2/account`,
    `/alpaca/paper/http://${host}/v2/account`,
    `/alpaca/paper/@${host}/v2/account`,
    `/alpaca/paper@${host}/v2/account`,
    `/alpaca/paper#@${host}/v2/account`,
    `/alpaca/paper?@${host}/v2/account`,
  ];
}

const MISSPELT = [
  ...words(
    '/ALPACA/paper/v2/account /alpaca/PAPER/v2/account /alpaca/Paper/v2/account /alpaca/paper/V2/account',
  ),
  ...words(
    '/alpaca/paper /alpaca/paper/ /alpaca/paper/v2 /alpaca/paper/v2/ /alpaca/paper/v2/secret-operation',
  ),
  ...words(
    '/alpaca/paper/v2/locates /alpaca/paper/v2/stocks/bars /alpaca/data/v2/account /alpaca/data/v2/orders',
  ),
  ...words(
    '/alpaca/paper/oauth/token /alpaca/sandbox/v2/account /alpaca/%70aper/v2/account /alpaca%2fpaper/v2/account',
  ),
  ...words('/alpacapaper/v2/account /alpacax/paper/v2/account /paper/v2/account /v2/account * ? #'),
  ...words(
    '/alpaca/paper/v2/account\u007f /alpaca/paper/v2/account%20HTTP/1.1 alpaca/paper/v2/account ./alpaca/paper/v2',
  ),
  '/alpaca/paper/v2/account /x',
  '/alpaca/paper/v2/account\tx',
  ' /alpaca/paper/v2',
  `/alpaca/paper/${'a'.repeat(20_000)}`,
  `/alpaca/paper/${'a/'.repeat(3_000)}`,
  `/alpaca/paper/v2/account?${'a=b&'.repeat(3_000)}`,
];

/** A list of what holds no space. */
function words(text: string): string[] {
  return text.split(' ');
}
