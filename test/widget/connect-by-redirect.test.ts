import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backend } from '../../widget/backend.ts';
import { stubPage } from './page-stub.ts';

let page: EventTarget;
let stored: Map<string, string>;
let heard: string[];
let navigation: string;
/** The link that the page leaves by, once it was clicked. */
let link: { href: string; target: string; referrerPolicy: string } | undefined;
/** A document has a module of its own, which remembers what it was loaded with. */
let redirect: typeof import('../../widget/connect-by-redirect.ts');
const scrollTo = vi.fn();

beforeEach(async () => {
  page = stubPage();
  stored = new Map();
  heard = [];
  link = undefined;
  Object.assign(page, { scrollX: 0, scrollY: 700, scrollTo });
  Object.assign(page, { top: page });
  vi.stubGlobal('document', {
    baseURI: 'https://page.example/',
    readyState: 'complete',
    createElement: () => {
      const made = { href: '', target: '', referrerPolicy: '', click: () => (link = made) };
      return made;
    },
  });
  vi.stubGlobal('history', {
    state: { kept: true },
    replaceState: (state: unknown, _: string, url: string) => {
      heard.push(`replaceState ${JSON.stringify(state)} ${url}`);
      goTo(url);
    },
  });
  for (const name of ['PopStateEvent', 'HashChangeEvent']) vi.stubGlobal(name, Event);
  vi.stubGlobal('dispatchEvent', ({ type }: Event) => heard.push(`${type} ${location.href}`));
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => draw());
  vi.spyOn(performance, 'getEntriesByType').mockImplementation(
    () => [{ name: navigation }] as unknown as PerformanceEntryList,
  );
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  await load(`${LISTED}?a=1#/orders/7`);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
  vi.restoreAllMocks();
});

const LISTED = 'https://page.example//shop';

function goTo(href: string): void {
  const { hash, origin, pathname } = new URL(href);
  vi.stubGlobal('location', { href, hash, origin, pathname });
}

/** Loads a document at this address. */
async function load(href: string): Promise<void> {
  navigation = href;
  goTo(href);
  vi.resetModules();
  redirect = await import('../../widget/connect-by-redirect.ts');
}

const server = 'https://server.example/alpaca';
const proofKey = Promise.resolve({ codeVerifier: 'verifier', codeChallenge: 'challenge' });

function connect(
  more: { signal?: AbortSignal; returnPages?: string[]; disclosure?: string } = {},
): Promise<never> {
  const connected = redirect.connectByRedirect({
    backend: new Backend(server),
    environment: 'paper',
    scope: 'data',
    proofKey,
    returnPages: ['https://page.example/', LISTED],
    ...more,
  });
  connected.catch(() => {});
  return connected;
}

/** Leaves the page, as far as a page can tell: the promise stays open. */
async function leave(signal?: AbortSignal): Promise<{ connected: Promise<never> }> {
  link = undefined;
  const connected = connect(signal ? { signal } : {});
  await vi.waitFor(() => expect(link).toBeDefined());
  return { connected };
}

/** Comes back with this grant, as a document of its own. */
async function comeBack(grant: string, at = server, environment: 'paper' | 'live' = 'paper') {
  await load(`${LISTED}#alpaca-connect=${grant}`);
  return redirect.dueExchange(new Backend(at), environment);
}

describe('connectByRedirect()', () => {
  it('goes to the server by a link that says which website it is on, to come back to this page', async () => {
    await leave();
    expect(link).toMatchObject({ target: '_self', referrerPolicy: 'origin' });
    const url = new URL(link?.href ?? '');
    expect(url.origin + url.pathname).toBe(`${server}/launch`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      mode: 'redirect',
      return_to: LISTED,
      environment: 'paper',
      scope: 'data',
      code_challenge: 'challenge',
    });
  });

  it('tells the server the hash of what the person agreed to', async () => {
    connect({ disclosure: 'By allowing Démo' });
    await vi.waitFor(() => expect(link).toBeDefined());
    const expected = createHash('sha256').update('By allowing Démo').digest('base64url');
    expect(new URL(link?.href ?? '').searchParams.get('disclosure')).toBe(expected);
  });

  it.each([[[]], [['https://page.example/']], [[`${LISTED}/`]], [[`${LISTED}?a=1`]]])(
    'stays, and names the variable and the value, where the server lists %j',
    async (returnPages) => {
      await expect(connect({ returnPages })).rejects.toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining(`Add ${LISTED} to RETURN_PAGES`),
      });
      expect(link).toBeUndefined();
      expect(stored.size).toBe(0);
    },
  );

  it('asks the server where it has not said yet what it lists', async () => {
    const backend = new Backend(server);
    const connections = vi.spyOn(backend, 'connections');
    connections.mockResolvedValue({
      app: '',
      environments: [],
      scopes: [],
      disclosure: null,
      appUrl: null,
      returnPages: [],
      providers: [],
      connectionsPerSession: 8,
      awayDays: 0,
      away: [],
      connections: [],
    });
    const connected = redirect.connectByRedirect({ backend, environment: 'paper', proofKey });
    await expect(connected).rejects.toMatchObject({ code: 'config_invalid' });
    expect(connections).toHaveBeenCalledOnce();
  });

  it('forgets the attempt when the person cancels, but not when they come back with the back button', async () => {
    const caller = new AbortController();
    const cancelled = await leave(caller.signal);
    caller.abort();
    await expect(cancelled.connected).rejects.toMatchObject({ code: 'cancelled' });
    expect(stored.size).toBe(0);

    const back = await leave();
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    expect(stored.size).toBe(1);
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await expect(back.connected).rejects.toMatchObject({ code: 'cancelled' });
    expect(stored.size).toBe(1);
  });

  it('names the remedy where the tab may not remember anything', async () => {
    vi.stubGlobal('sessionStorage', {
      setItem: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    await expect(connect()).rejects.toMatchObject({ code: 'cookies_blocked' });
    expect(link).toBeUndefined();
  });
});

describe('dueExchange()', () => {
  it('pairs the grant with the verifier, once', async () => {
    await leave();
    expect(await comeBack('grant')).toEqual({ code: 'grant', codeVerifier: 'verifier' });
    expect(redirect.dueExchange(new Backend(server), 'paper')).toBeUndefined();
  });

  it('puts back what the person left, and tells the routers that run already', async () => {
    await leave();
    heard = [];
    await comeBack('grant');
    const left = `${LISTED}?a=1#/orders/7`;
    expect(heard).toEqual([`replaceState {"kept":true} ${left}`, `popstate ${left}`, `hashchange ${left}`]);
    expect(scrollTo).toHaveBeenCalledExactlyOnceWith({ left: 0, top: 700, behavior: 'instant' });
  });

  it('still has the verifier when the tab is sent back a second time, until the exchange is through', async () => {
    await leave();
    await comeBack('first');
    expect(await comeBack('second')).toEqual({ code: 'second', codeVerifier: 'verifier' });
    redirect.forgetRedirect();
    expect(stored.size).toBe(0);
    expect(await comeBack('third')).toBeUndefined();
  });

  it('finds a grant that a router replaced before this script ran', async () => {
    await leave();
    await load(`${LISTED}#alpaca-connect=grant`);
    goTo(`${LISTED}#/not-found`);
    expect(redirect.dueExchange(new Backend(server), 'paper')).toMatchObject({ code: 'grant' });
    expect(location.href).toBe(`${LISTED}?a=1#/orders/7`);
    expect(redirect.dueExchange(new Backend(server), 'paper')).toBeUndefined();
  });

  it('does not put back another page than it came back to', async () => {
    await leave();
    await load('https://page.example/other#alpaca-connect=grant');
    redirect.takeGrant();
    expect(location.href).toBe('https://page.example/other');
    expect(scrollTo).not.toHaveBeenCalled();
  });

  it('is for the element that left: of the same server and environment', async () => {
    await leave();
    expect(await comeBack('grant', 'https://other.example/alpaca')).toBeUndefined();
    expect(redirect.dueExchange(new Backend(server), 'live')).toBeUndefined();
    expect(redirect.dueExchange(new Backend(server), 'paper')).toBeDefined();
  });

  it('drops a grant that this tab did not leave for', async () => {
    expect(await comeBack('planted')).toBeUndefined();
    expect(location.href).toBe(LISTED);
    await leave();
    expect(redirect.dueExchange(new Backend(server), 'paper')).toBeUndefined();
  });
});

describe('takeGrant()', () => {
  it.each(['', '#part', '#alpaca-connect', '#alpaca-connect=', '#x&alpaca-connect=g', '#alpaca-connect=a.b'])(
    'leaves the fragment "%s" to the page',
    async (fragment) => {
      await load(`https://page.example/${fragment}`);
      heard = [];
      redirect.takeGrant();
      expect(heard).toEqual([]);
    },
  );

  it('does nothing on a server', () => {
    vi.stubGlobal('location', undefined);
    expect(redirect.takeGrant).not.toThrow();
  });

  it('survives a tab that may not remember', async () => {
    vi.stubGlobal('sessionStorage', undefined);
    expect(await comeBack('grant')).toBeUndefined();
    expect(location.href).toBe(LISTED);
  });
});
