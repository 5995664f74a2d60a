import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backend } from '../../widget/backend.ts';
import { connectByRedirect, dueExchange, takeGrant } from '../../widget/connect-by-redirect.ts';
import { stubPage } from './page-stub.ts';

let page: EventTarget;
let stored: Map<string, string>;
const assign = vi.fn<(url: string) => void>();
const replaceState = vi.fn<(state: unknown, unused: string, url: string) => void>();

beforeEach(() => {
  page = stubPage();
  stored = new Map();
  vi.stubGlobal('history', { state: { kept: true }, replaceState });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  visit('https://page.example//shop?a=1#part');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

function visit(href: string): void {
  vi.stubGlobal('location', { href, hash: new URL(href).hash, origin: new URL(href).origin, assign });
}

const server = 'https://server.example/alpaca';
const proofKey = Promise.resolve({ codeVerifier: 'verifier', codeChallenge: 'challenge' });

/** Leaves the page, as far as a page can tell: the promise stays open. */
async function leave(signal = new AbortController().signal): Promise<{ connected: Promise<unknown> }> {
  const backend = new Backend(server);
  const connected = connectByRedirect({ backend, environment: 'paper', scope: 'data', proofKey, signal });
  connected.catch(() => {});
  await vi.waitFor(() => expect(assign).toHaveBeenCalled());
  return { connected };
}

/** Comes back with this grant, as a document of its own. */
function comeBack(grant: string, at = server, environment: 'paper' | 'live' = 'paper') {
  visit(`https://page.example//shop?a=1#alpaca-connect=${grant}`);
  return dueExchange(new Backend(at), environment);
}

describe('connectByRedirect()', () => {
  it('goes to the server, to come back to this page without its fragment', async () => {
    await leave();
    const url = new URL(assign.mock.calls[0]?.[0] ?? '');
    expect(url.origin + url.pathname).toBe(`${server}/launch`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      mode: 'redirect',
      return_to: 'https://page.example//shop?a=1',
      environment: 'paper',
      scope: 'data',
      code_challenge: 'challenge',
    });
  });

  it('forgets the attempt when the person cancels, or comes back with the back button', async () => {
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
    expect(stored.size).toBe(0);
  });

  it('names the remedy where the tab may not remember anything', async () => {
    vi.stubGlobal('sessionStorage', {
      setItem: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    const connected = connectByRedirect({ backend: new Backend(server), environment: 'paper', proofKey });
    await expect(connected).rejects.toMatchObject({ code: 'cookies_blocked' });
    expect(assign).not.toHaveBeenCalled();
  });
});

describe('dueExchange()', () => {
  it('pairs the grant with the verifier, once, and cleans address and storage', async () => {
    await leave();
    expect(comeBack('grant')).toEqual({ code: 'grant', codeVerifier: 'verifier' });
    expect(replaceState).toHaveBeenCalledWith({ kept: true }, '', 'https://page.example//shop?a=1');
    expect(stored.size).toBe(0);
    visit('https://page.example/');
    expect(dueExchange(new Backend(server), 'paper')).toBeUndefined();
  });

  it('is for the element that left: of the same server and environment', async () => {
    await leave();
    expect(comeBack('grant', 'https://other.example/alpaca')).toBeUndefined();
    expect(comeBack('grant', server, 'live')).toBeUndefined();
    visit('https://page.example/');
    expect(dueExchange(new Backend(server), 'paper')).toBeDefined();
  });

  it('drops a grant that this tab did not leave for', async () => {
    expect(comeBack('planted')).toBeUndefined();
    expect(replaceState).toHaveBeenCalledOnce();
    await leave();
    visit('https://page.example/');
    expect(dueExchange(new Backend(server), 'paper')).toBeUndefined();
  });
});

describe('takeGrant()', () => {
  it.each(['', '#part', '#alpaca-connect', '#alpaca-connect=', '#x&alpaca-connect=g', '#alpaca-connect=a.b'])(
    'leaves the fragment "%s" to the page',
    (fragment) => {
      visit(`https://page.example/${fragment}`);
      takeGrant();
      expect(replaceState).not.toHaveBeenCalled();
    },
  );

  it('does nothing on a server', () => {
    vi.stubGlobal('location', undefined);
    expect(takeGrant).not.toThrow();
  });

  it('survives a tab that may not remember', () => {
    vi.stubGlobal('sessionStorage', undefined);
    expect(comeBack('grant')).toBeUndefined();
    expect(replaceState).toHaveBeenCalledOnce();
  });
});
