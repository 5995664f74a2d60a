import { describe, expect, it } from 'vitest';
import { listenAddress, redisAddress } from '../../server/config-formats.ts';

describe('redisAddress()', () => {
  it.each([
    'rediss://redis.shop.test',
    'rediss://user:pa%40ss@redis.shop.test:6380/2',
    'redis://localhost',
    'redis://127.0.0.1:6379/0',
    'redis://[::1]:6379',
    'redis://:password@redis:6379',
    'redis://10.1.2.3',
    'redis://172.31.0.1',
    'redis://192.168.0.1',
    'redis://[fd00::1]',
    'redis://redis.internal',
    'redis://redis.default.svc.cluster.local',
    'redis://redis.default.svc',
  ])('accepts %s', (text) => {
    expect(redisAddress(text)?.href).toBe(text);
  });

  it.each([
    ['no TLS to a public name', 'redis://redis.shop.test'],
    ['no TLS to a public address', 'redis://172.32.0.1'],
    ['no TLS to a public IPv6 address', 'redis://[2001:db8::1]'],
    ['no TLS to a name that begins like a private address', 'redis://10.evil.test'],
    ['no TLS to a name that contains a private one', 'redis://redis.internal.evil.test'],
    ['no host', 'redis://'],
    ['another protocol', 'https://localhost'],
    ['a database that is no number', 'redis://localhost/sessions'],
    ['options', 'redis://localhost?db=1'],
    ['a fragment', 'redis://localhost#1'],
    ['a password with a lone percent sign', 'redis://:100%@localhost'],
    ['no URL', 'localhost:6379'],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(redisAddress(text)).toBeUndefined();
  });
});

describe('listenAddress()', () => {
  it.each([
    ['127.0.0.1:9464', '127.0.0.1', 9464],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['[::1]:9464', '::1', 9464],
    ['[::ffff:127.0.0.1]:65535', '::ffff:127.0.0.1', 65_535],
  ])('accepts %s', (text, host, port) => {
    expect(listenAddress(text)).toEqual({ host, port });
  });

  it.each(
    ['9464', ':9464', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '127.0.0.1:-1', '127.0.0.1:1e3'].concat([
      '::1:9464',
      '[127.0.0.1]:9464',
      '[::1]',
      'localhost:9464',
      'http://127.0.0.1:9464',
      '127.0.0.256:9464',
      '',
    ]),
  )('refuses %j', (text) => {
    expect(listenAddress(text)).toBeUndefined();
  });
});
