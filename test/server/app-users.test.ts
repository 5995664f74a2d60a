import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AppUsers } from '../../server/hooks.ts';

const request = new IncomingMessage(new Socket());

describe('AppUsers', () => {
  it('without getUser counts everybody with the session as one, and asks nobody to sign in', async () => {
    const users = new AppUsers();
    expect(await users.require(request)).toBeUndefined();
    expect((await users.owner(request))({})).toBe(true);
  });

  it('without getUser gives nobody what a user connected while there was one', async () => {
    expect((await new AppUsers().owner(request))({ user: 'ada' })).toBe(false);
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
    expect((await new AppUsers(() => user).owner(request))(connection)).toBe(expected);
  });

  it('asks with the request itself, and waits for the answer', async () => {
    const users = new AppUsers(async (asked) => (asked === request ? 'ada' : 'somebody else'));
    expect(await users.require(request)).toBe('ada');
  });

  it('refuses when getUser hangs', async () => {
    const users = new AppUsers(() => new Promise(() => {}), 1);
    for (const ask of [users.require(request), users.owner(request)]) {
      await expect(ask).rejects.toMatchObject({ status: 500, code: 'internal' });
    }
  });
});
