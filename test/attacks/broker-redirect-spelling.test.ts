import { expect, it } from 'vitest';
import { APP, openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';

const PROOF = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };
const REGISTERED = APP.redirectUris[0] ?? '';

/*
 * Servers that compare redirect URIs leniently have been led to other pages by case, padding and encodings of an address that is
 * registered. Here only its very bytes pass (RFC 9700 section 4.1.3).
 */
it.each([
  REGISTERED.toUpperCase(),
  REGISTERED.replace('https', 'HTTPS'),
  REGISTERED.replace('trading', 'Trading'),
  REGISTERED.replace('callback', 'Callback'),
  REGISTERED.replace('callback', 'c%61llback'),
  ` ${REGISTERED}`,
  `${REGISTERED} `,
  `\t${REGISTERED}`,
  `${REGISTERED}\n`,
  `${REGISTERED}\u00a0`,
  `${REGISTERED}\u200b`,
  `${REGISTERED}/`,
  REGISTERED.replace('/callback', '//callback'),
  REGISTERED.replace('/callback', '/./callback'),
  REGISTERED.replace('.example', '.example.'),
  REGISTERED.replace('-', '\u2010'),
  REGISTERED.replace('a', '\u0430'),
  REGISTERED.slice(0, -1),
])('a redirect URI that is spelt differently is another one: %j', async (redirect_uri) => {
  await using stage = await openBrokerStage();
  const answer = await new Person(stage).authorize({ ...PROOF, redirect_uri });
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
});
