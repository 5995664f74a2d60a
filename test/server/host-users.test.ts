import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HostUsers } from '../../server/hooks.ts';

const request = new IncomingMessage(new Socket());

describe('HostUsers', () => {
  it('without getUser counts everybody with the session as one, and asks nobody to sign in', async () => {
    const users = new HostUsers();
    expect(await users.require(request)).toBeUndefined();
    expect((await users.owner(request))({})).toBe(true);
  });

  it('without getUser gives nobody what a user connected while there was one', async () => {
    expect((await new HostUsers().owner(request))({ user: 'ada' })).toBe(false);
  });

  it.each([
    ['ada', { user: 'ada' }, true],
    ['ada', { user: 'bob' }, false],
    ['ada', { user: 'Ada' }, false],
    ['ada', {}, false],
    [undefined, { user: 'ada' }, false],
    [undefined, {}, false],
    [null, {}, false],
  ])('owner() for %j of %j is %j', async (user, connection, expected) => {
    expect((await new HostUsers(() => user).owner(request))(connection)).toBe(expected);
  });

  it('asks with the request itself, and waits for the answer', async () => {
    const users = new HostUsers(async (asked) => (asked === request ? 'ada' : 'somebody else'));
    expect(await users.require(request)).toBe('ada');
  });

  it('refuses when getUser hangs', async () => {
    const users = new HostUsers(() => new Promise(() => {}), 1);
    for (const ask of [users.require(request), users.owner(request)]) {
      await expect(ask).rejects.toMatchObject({ status: 500, code: 'internal' });
    }
  });
});
