import { expect, it } from 'vitest';
import { clientAddress } from '../../../server/guard/client-address.ts';

/** Each list is one client, and no two are the same. */
const CLIENTS = [
  ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '192.0.2.1:443', '192.0.2.1:51234'],
  ['192.0.2.2', '::ffff:192.0.2.2'],
  ['2001:db8:0:1::1', '2001:DB8:0:ff:ffff::', '[2001:db8:0:2::7]:443'],
  ['2001:db8:0:100::1'],
  ['', 'unknown', '192.0.2', '_hidden', '192.0.2.1, 192.0.2.2', '999.0.0.1:1', '[192.0.2.300]:1'],
];

it('clientAddress() takes every spelling of a client for that one, and for no other', () => {
  const keys = CLIENTS.map((spellings) => new Set(spellings.map((ip) => clientAddress({ ip }))));
  expect(keys.map(({ size }) => size)).toEqual(CLIENTS.map(() => 1));
  expect(new Set(keys.flatMap((each) => [...each])).size).toBe(CLIENTS.length);
});
