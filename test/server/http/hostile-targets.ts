/** Queries that no request may carry upstream. */
export const hostileQueries: readonly string[] = [
  '?x=%zz',
  '?x=%',
  '?x=%2',
  '?x=%0d%0aX-Evil:1',
  '?x=%00',
  '?x=%1F',
  '?x=%7f',
  '?x=1#fragment',
  '?x= y',
  '?x=\té',
  '?token=abc',
  '?access_token=abc',
  '?a=1&Access_Token=abc',
  '?%74oken=abc',
  '?a=1&ACCESS%5fTOKEN',
  `?${'a'.repeat(8192)}`,
];

/** Raw request-targets that the judge must refuse, for a server whose routes live under `mount`. */
export function hostilePaths(mount: string): readonly string[] {
  const paper = `${mount}/paper`;
  return [
    ...elsewhere(paper),
    ...dotSegments(paper),
    ...encodings(paper),
    `${paper}//v2/account`,
    `${paper}/v2/account/`,
    `${paper}/v2/`,
    `${paper}/`,
    `${paper}/;/v2/account`,
    `${paper}/v2;x=/../account`,
    `${paper}/v2/account;jsessionid=1`,
    `${paper}/v2/account#x`,
    `${paper}/v2/account#/allowed`,
    `${paper}/v2/account\\`,
    `${paper}/v2/"account"`,
    `${paper}/v2/{account}`,
    `${paper}/v2/<account>`,
    `${paper}/v2/a|b`,
    `${paper}/${'a'.repeat(2048)}`,
  ];
}

function elsewhere(paper: string): string[] {
  const authorities = ['evil.com', 'user:pw@evil.com', '2130706433', '[::ffff:127.0.0.1]', '169.254.169.254'];
  return [
    ...authorities.flatMap((host) => [
      `${paper}//${host}/x`,
      `${paper}/\\${host}`,
      `${paper}/\\\\${host}/x`,
      `${paper}/%5c${host}`,
      `${paper}/%5c%5c${host}`,
      `${paper}/http://${host}/x`,
    ]),
    `${paper}/%2fevil.com`,
    `${paper}/%2F%2Fevil.com`,
  ];
}

function dotSegments(paper: string): string[] {
  const dots = [
    '.',
    '..',
    '.%2e',
    '%2e.',
    '%2E%2E',
    '%2e%2e',
    '%2e',
    '..%2f',
    '..%2F',
    '%2e%2e%2f',
    '..%5c',
    '..\\',
  ];
  const disguised = ['%252e%252e', '%c0%ae%c0%ae', '%e0%80%ae', '%u002e', '..;', '.;', '..%00', '%EF%BC%8E'];
  return [...dots, ...disguised].flatMap((dot) => [
    `${paper}/v2/${dot}/account`,
    `${paper}/v2/${dot}/${dot}/oauth/token`,
    `${paper}/v2/account/${dot}`,
    `${paper}/${dot}`,
    `${paper}/v2/x%2F${dot}%2Foauth`,
  ]);
}

function encodings(paper: string): string[] {
  const escapes = [
    '%00',
    '%0d%0aX-Evil:1',
    '%20HTTP/1.1',
    '%23x',
    '%3Fa=b',
    '%3b',
    '%25',
    '%7f',
    '%EF%BC%8F',
    '%41',
  ];
  const broken = ['%', '%2', '%zz', '%2F', '%2Fx%2F', '%2F%2Fx'];
  return [...escapes, ...broken].map((tail) => `${paper}/v2/account${tail}`);
}
