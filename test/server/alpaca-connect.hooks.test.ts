import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ConnectEvent, DisconnectEvent } from '../../server/index.ts';
import { Visitor } from '../visitor.ts';
import { type HostApp, openHostApp, signedIn, signedInUser, signIn } from './host-app.ts';

type Told = { hook: 'onConnect' | 'onDisconnect' } & ConnectEvent & Partial<DisconnectEvent>;

/** An app that writes down what it is told. */
async function open(): Promise<{ app: HostApp; told: Told[] }> {
  const told: Told[] = [];
  const app = await openHostApp({
    getUser: signedInUser,
    onConnect: (event) => void told.push({ hook: 'onConnect', ...event }),
    onDisconnect: async (event) => void told.push({ hook: 'onDisconnect', ...event }),
  });
  return { app, told };
}

const brief = ({ hook, user, connection, reason }: Told) =>
  [hook, user, connection.environment, ...(reason ? [reason] : [])].join(' ');

describe('onConnect and onDisconnect', () => {
  it('are told who connected what, in the shape that pages see, before the page is answered', async () => {
    const { app, told } = await open();
    await using _ = app;
    const ada = await signedIn(app, 'ada');
    const answer = await (await ada.connect()).json();
    expect(told).toEqual([{ hook: 'onConnect', user: 'ada', connection: answer }]);
    expect((await ada.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect(told[1]).toEqual({
      hook: 'onDisconnect',
      user: 'ada',
      connection: answer,
      reason: 'disconnected',
    });
    await ada.call('/connections/paper', { method: 'DELETE' });
    expect(told).toHaveLength(2);
  });

  it('are told of each account that one consent covers', async () => {
    const { app, told } = await open();
    await using _ = app;
    await (await signedIn(app, 'ada')).connect({ environment: 'both' });
    expect(told.map(brief).sort()).toEqual(['onConnect ada live', 'onConnect ada paper']);
  });

  it('are told of a connection that another one replaces, its own or that of another user', async () => {
    const { app, told } = await open();
    await using _ = app;
    const visitor = await signedIn(app, 'ada');
    await visitor.connect();
    await visitor.connect({ environment: 'live' });
    await visitor.connect();
    await signIn(app, visitor, 'bob');
    await visitor.connect();
    expect(told.map(brief).sort()).toEqual([
      'onConnect ada live',
      'onConnect ada paper',
      'onConnect ada paper',
      'onConnect bob paper',
      'onDisconnect ada live replaced',
      'onDisconnect ada paper replaced',
      'onDisconnect ada paper replaced',
    ]);
  });

  it('are told once of a token that Alpaca refuses, however many requests see it, and not again', async () => {
    const { app, told } = await open();
    await using _ = app;
    const ada = await signedIn(app, 'ada');
    await ada.connect();
    app.simulator.control.revoke();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ada.call('/paper/v2/account')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(told.slice(1).map(brief)).toEqual(['onDisconnect ada paper revoked']);
    expect(told[1]?.connection.revokedAt).toMatch(/^\d{4}-/);
    await ada.connect();
    await ada.call('/connections/paper', { method: 'DELETE' });
    expect(told.slice(2).map(brief)).toEqual(['onConnect ada paper', 'onDisconnect ada paper disconnected']);
  });

  it('never get a token, nor anything else that pages do not see', async () => {
    const { app, told } = await open();
    await using _ = app;
    const token = () => JSON.stringify(told);
    const ada = await signedIn(app, 'ada');
    await ada.connect();
    await ada.call('/connections/paper', { method: 'DELETE' });
    expect(token()).not.toMatch(/accessToken|"token/);
    for (const { connection } of told) {
      expect(Object.keys(connection).sort()).toEqual([
        'account',
        'connectedAt',
        'environment',
        'id',
        'provider',
        'scope',
      ]);
    }
  });

  it('leave an app that keeps a row for each account with one after a reconnect', async () => {
    const rows = new Set<string>();
    await using app = await openHostApp({
      onConnect: ({ connection }) => void rows.add(connection.environment),
      onDisconnect: async ({ connection }) => {
        await sleep(20);
        rows.delete(connection.environment);
      },
    });
    const visitor = new Visitor(app);
    await visitor.connect();
    await visitor.connect();
    expect([...rows]).toEqual(['paper']);
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throw',
      () => {
        throw new Error('no database: secret-of-the-app');
      },
    ],
    ['reject', () => Promise.reject(new Error('no database: secret-of-the-app'))],
  ])('cost nobody a connection when they %s', async (_, failing) => {
    await using app = await openHostApp({ onConnect: failing, onDisconnect: failing });
    const visitor = new Visitor(app);
    const answer = await visitor.connect();
    expect(answer.status).toBe(201);
    expect(await answer.text()).not.toContain('secret-of-the-app');
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect(app.logged()).toContain('"event":"hook_failed","hook":"onConnect"');
    expect(app.logged()).toContain('"event":"hook_failed","hook":"onDisconnect"');
    expect(app.logged()).not.toContain('secret-of-the-app');
  });
});
