import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ServerConnection } from '../../server/index.ts';
import { findProvider } from '../../server/providers.ts';
import { Visitor } from '../visitor.ts';
import { type HostAppOptions, openHostApp, signedIn, signedInUser, signIn, signOut } from './host-app.ts';

/** An app that keeps what `connectionOf()` gave it for each request to `/of/:environment`. */
async function open(options: HostAppOptions = {}) {
  const given: (ServerConnection | undefined)[] = [];
  const all: ServerConnection[][] = [];
  const app = await openHostApp({
    ...options,
    routes: (express, router) => {
      express.all('/of/:environment', async (request, response) => {
        const environment = request.params['environment'] as 'paper';
        const connection = await router.connectionOf(request, environment);
        given.push(connection);
        response.json(connection ?? null);
      });
      express.all('/all', async (request, response) => {
        all.push(await router.connectionsOf(request));
        response.json(all.at(-1));
      });
    },
  });
  /** What a route of the app gets for this visitor. @throws Error with the status when it was refused */
  async function of(
    visitor: Visitor,
    environment = 'paper',
    { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<ServerConnection | undefined> {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${app.url}/of/${environment}`, { method, headers: { cookie, ...headers } });
    if (!answer.ok) throw new Error(`refused with ${answer.status}`);
    return given.at(-1);
  }
  /** What a route of the app gets for all accounts of this visitor, and what it would send of them. */
  async function allOf(visitor: Visitor): Promise<{ connections: ServerConnection[]; sent: string }> {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${app.url}/all`, { headers: { cookie } });
    return { sent: await answer.text(), connections: all.at(-1) ?? [] };
  }
  return { app, of, allOf };
}

/** Asks Alpaca itself, as the server code of an app would. */
async function ask({ accessToken, tradingUrl }: ServerConnection): Promise<unknown> {
  const answer = await fetch(`${tradingUrl}/v2/account`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  return answer.status === 200
    ? ((await answer.json()) as { account_number: string }).account_number
    : answer.status;
}

describe('connectionOf()', () => {
  it('gives server code the token of each environment, and where it belongs', async () => {
    const { app, of } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    await visitor.connect({ environment: 'live' });
    await visitor.connect();
    for (const environment of ['paper', 'live'] as const) {
      const connection = await of(visitor, environment);
      expect(connection?.connection).toMatchObject({ environment });
      expect(connection && (await ask(connection))).toBe(connection?.connection.account.number);
      expect(connection?.dataUrl).toBe(app.simulator.dataUrl);
    }
  });

  it('gives nothing to somebody who did not connect, and nothing for what is no environment', async () => {
    const { app, of } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    expect(await of(visitor)).toBeUndefined();
    await visitor.connect();
    expect(await of(visitor, 'live')).toBeUndefined();
    for (const odd of ['data', 'both', '__proto__', 'PAPER']) expect(await of(visitor, odd)).toBeUndefined();
    await visitor.call('/connections/paper', { method: 'DELETE' });
    expect(await of(visitor)).toBeUndefined();
  });

  it('gives nothing to another user of the same browser, nor while nobody is signed in', async () => {
    const { app, of } = await open({ getUser: signedInUser });
    await using _ = app;
    const visitor = await signedIn(app, 'ada');
    await visitor.connect();
    expect(await of(visitor)).toBeDefined();
    await signIn(app, visitor, 'bob');
    expect(await of(visitor)).toBeUndefined();
    await signOut(app, visitor);
    expect(await of(visitor)).toBeUndefined();
  });

  it('gives nothing of a connection that was marked as revoked, by the proxy or by the app', async () => {
    const { app, of } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    await visitor.connect();
    const first = (await of(visitor)) as ServerConnection;
    app.simulator.control.revoke();
    expect(await ask(first)).toBe(401);
    expect(await first.markRevoked()).toBe(true);
    expect(await of(visitor)).toBeUndefined();
    const answer = await (await visitor.call('/connections')).json();
    expect(answer).toMatchObject({ connections: [{ environment: 'paper', revokedAt: expect.any(String) }] });

    await visitor.connect();
    await first.markRevoked();
    expect(await of(visitor)).toBeDefined();
    app.simulator.control.revoke();
    await visitor.call('/paper/v2/account');
    expect(await of(visitor)).toBeUndefined();
  });

  it('keeps a connection that Alpaca still accepts, whatever the app was refused', async () => {
    const { app, of } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    await visitor.connect();
    const connection = (await of(visitor)) as ServerConnection;
    expect(await connection.markRevoked()).toBe(false);
    expect(await ask((await of(visitor)) as ServerConnection)).toBe(connection.connection.account.number);
  });

  it('gives the one that is named where there are several, and guesses none', async () => {
    const { app, of } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    const ids: string[] = [];
    for (const account of ['PA3SIM0DESK1', 'PA3SIM0DESK2']) {
      const answer = await visitor.connect({ account, keep: true });
      ids.push(((await answer.json()) as { id: string }).id);
    }
    await expect(of(visitor)).rejects.toThrow('refused with 409');
    const named = (id = '') => of(visitor, 'paper', { headers: { 'X-Alpaca-Connection': id } });
    expect((await named(ids[1]))?.connection.account.number).toBe('PA3SIM0DESK2');
    expect((await named(ids[0]))?.connection.account.number).toBe('PA3SIM0DESK1');
    expect(await named('00000000-0000-4000-8000-000000000000')).toBeUndefined();
  });

  it('obeys a rule that was tightened after the connection was made', async () => {
    const { app, of } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    await visitor.connect({ environment: 'live' });
    expect(await of(visitor, 'live')).toBeDefined();
    const alpaca = findProvider(app.configuration.providers);
    alpaca.live = 'developer';
    await expect(of(visitor, 'live')).rejects.toThrow('refused with 403');
    alpaca.environments = ['paper'];
    expect(await of(visitor, 'live')).toBeUndefined();
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])(
    'is refused to a request that %s sent with the cookies',
    async (origin) => {
      const { app, of } = await open();
      await using _ = app;
      const visitor = new Visitor(app);
      await visitor.connect();
      const sent = of(visitor, 'paper', { method: 'POST', headers: { origin } });
      await expect(sent).rejects.toThrow('refused with 403');
      expect(await of(visitor, 'paper', { method: 'POST', headers: { origin: app.url } })).toBeDefined();
    },
  );

  it('fails when getUser or the store does, and never answers "nobody"', async () => {
    let fails = false;
    const { app, of } = await open({
      getUser: () => {
        if (fails) throw new Error('no users');
        return 'ada';
      },
    });
    await using _ = app;
    const visitor = new Visitor(app);
    await visitor.connect();
    fails = true;
    await expect(of(visitor)).rejects.toThrow('refused with 500');
    fails = false;
    await app.router.close();
    await expect(of(visitor)).rejects.toThrow('refused with 503');
  });
});

describe('ServerConnection', () => {
  it('keeps its token out of JSON, spreads, logs and answers', async () => {
    const { app, of } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    await visitor.connect();
    const connection = (await of(visitor)) as ServerConnection;
    expect(connection.accessToken).toMatch(/^[\w-]{30,}$/);
    const forms = [
      JSON.stringify(connection),
      JSON.stringify({ ...connection }),
      JSON.stringify(Object.entries(connection)),
      inspect(connection, { depth: 9, showHidden: true }),
      String(connection),
    ];
    for (const form of forms) expect(form).not.toContain(connection.accessToken);
  });
});

describe('connectionsOf()', () => {
  it('gives every account that may be used, each with its own token, and sends none of the tokens', async () => {
    const { app, allOf } = await open();
    await using _ = app;
    const visitor = new Visitor(app);
    expect((await allOf(visitor)).connections).toEqual([]);
    for (const account of ['PA3SIM0DESK1', 'PA3SIM0DESK2']) await visitor.connect({ account, keep: true });
    await visitor.connect({ environment: 'live' });
    const { connections, sent } = await allOf(visitor);
    const numbers = connections.map(({ connection }) => connection.account.number);
    expect(numbers).toEqual(['PA3SIM0DESK1', 'PA3SIM0DESK2', '900000001']);
    expect(await Promise.all(connections.map(ask))).toEqual(numbers);
    for (const { accessToken } of connections) expect(sent).not.toContain(accessToken);

    app.simulator.control.revoke('PA3SIM0DESK1');
    expect(await connections[0]?.markRevoked()).toBe(true);
    findProvider(app.configuration.providers).live = 'off';
    const left = (await allOf(visitor)).connections.map(({ connection }) => connection.account.number);
    expect(left).toEqual(['PA3SIM0DESK2']);
  });
});
