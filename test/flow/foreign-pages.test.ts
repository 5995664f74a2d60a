import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fill, inlineCode, snippet } from '../documents.ts';
import { openStage, type Stage } from '../stage.ts';
import { bundle } from './bundle.ts';
import { type GuestPage, type GuestSite, openGuestSite, pageWith } from './guest-site.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

let site: GuestSite;
let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  site = await openGuestSite();
  site.pages.set('/favicon.ico', () => ({ type: 'image/x-icon', body: '' }));
  const environment = { EMBED_ORIGINS: site.url, APP_DISCLOSURE: 'Our terms: https://shop.test/terms.' };
  [stage, chromium] = await Promise.all([
    openStage({ environment }),
    openBrowser(['--test-third-party-cookie-phaseout']),
  ]);
});
afterAll(async () => {
  for (const part of [chromium, stage, site]) await part[Symbol.asyncDispose]();
});

/** What the page's developer would read in the console. */
let complaints: string[];
beforeEach(() => {
  complaints = [];
});

async function visit(page: GuestPage): Promise<Person> {
  site.pages.set('/guest', () => page);
  const person = await Person.at(chromium.browser, 'about:blank');
  person.page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  person.page.on('pageerror', (error) => complaints.push(String(error)));
  await person.page.goto(`${site.url}/guest`);
  return person;
}

async function connects(person: Person): Promise<void> {
  await person.sees('idle');
  await decide(await person.openPopup(), 'Allow');
  await person.sees('connected');
  expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
  await person.page.reload();
  await person.sees('connected');
}

describe('a page on another site, in a browser that restricts third-party cookies', () => {
  it('connects and stays connected with a partitioned cookie, where a plain one is lost', async () => {
    const server = await openGuestSite('localhost');
    await using _ = server;
    const cors = {
      'Access-Control-Allow-Origin': site.url,
      'Access-Control-Allow-Credentials': 'true',
    };
    let cookies = '';
    server.pages.set('/plain', () => ({
      headers: { ...cors, 'Set-Cookie': 'plain=1; Secure; SameSite=None' },
      body: '',
    }));
    server.pages.set('/echo', (request) => {
      cookies = request.headers.cookie ?? '';
      return { headers: cors, body: '' };
    });
    const person = await visit({ body: pageWith(stage.url) });
    // On its own site the browser keeps the plain cookie and sends it.
    for (const path of ['/plain', '/echo']) await person.page.goto(server.url + path);
    expect(cookies).toBe('plain=1');
    await person.page.goto(`${site.url}/guest`);
    await person.page.evaluate(async (url) => {
      await fetch(`${url}/echo`, { credentials: 'include' });
    }, server.url);
    expect(cookies).not.toContain('plain');
    await connects(person);
  });
});

describe('a page with a Content-Security-Policy', () => {
  it('needs no more than default-src none and the server as a source of scripts and data', async () => {
    const line = snippet('widget/README.md', 'script-src ').trim();
    const policy = fill(line, { 'https://app.yoursite.com': stage.url });
    const person = await visit({
      headers: { 'Content-Security-Policy': `default-src 'none'; ${policy}` },
      body: pageWith(stage.url, { head: '<link rel="icon" href="data:,">' }),
    });
    await connects(person);
    const display = await person.page.evaluate(() => {
      const part = document.querySelector('alpaca-connect')?.shadowRoot?.querySelector('[part~="account"]');
      return part && getComputedStyle(part).display;
    });
    expect(display).not.toBe('inline');
    expect(complaints.filter((text) => !/favicon|data:,|icon/.test(text))).toEqual([]);
  });

  it('may require trusted types, with a policy name of ours', async () => {
    const person = await visit({
      headers: {
        'Content-Security-Policy': "require-trusted-types-for 'script'; trusted-types alpaca-connect",
      },
      body: pageWith(stage.url),
    });
    await connects(person);
    const links = await person.page.evaluate(() =>
      [...(document.querySelector('alpaca-connect')?.shadowRoot?.querySelectorAll('dialog a') ?? [])].map(
        ({ outerHTML }) => outerHTML,
      ),
    );
    expect(links).toEqual([expect.stringContaining('href="https://shop.test/terms"')]);
    expect(complaints).toEqual([]);
  });
});

describe('a page with a Lit of its own', () => {
  const packages = ['lit', 'lit-html', 'lit-element', '@lit/reactive-element'];

  /** Lit's own modules, as an import map finds them. */
  async function serveLit(): Promise<string> {
    const root = fileURLToPath(new URL('../../node_modules', import.meta.url));
    for (const name of packages) {
      const files = new Set([
        'index.js',
        'html.js',
        'is-server.js',
        `${name.split('/').at(-1)}.js`,
        'css-tag.js',
      ]);
      for (const file of files) {
        const body = await readFile(join(root, name, file)).catch(() => undefined);
        if (body) site.pages.set(`/lit/${name}/${file}`, () => ({ type: 'text/javascript', body }));
      }
    }
    const imports = Object.fromEntries(
      packages.flatMap((name) => [
        [name, `/lit/${name}/${name === 'lit' ? 'index' : name.split('/').at(-1)}.js`],
        [`${name}/`, `/lit/${name}/`],
      ]),
    );
    return `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  }

  it('renders both, also where each may make only the policy of its name', async () => {
    const head = `${await serveLit()}<script type="module">
      import { html, LitElement } from 'lit';
      customElements.define('own-greeting', class extends LitElement {
        render() { return html\`<b>Hello</b>\`; }
      });
    </script>`;
    const person = await visit({
      headers: {
        'Content-Security-Policy':
          "require-trusted-types-for 'script'; trusted-types lit-html alpaca-connect",
      },
      body: pageWith(stage.url, { head, body: '<own-greeting></own-greeting>' }),
    });
    await person.page.waitForFunction(
      () => document.querySelector('own-greeting')?.shadowRoot?.textContent?.trim() === 'Hello',
    );
    await connects(person);
    expect(complaints).toEqual([]);
  });
});

describe('a page that bundles the package itself', () => {
  it('needs the policy of the Lit in its bundle, as the README says', async () => {
    const policy = inlineCode('widget/README.md', 'trusted-types lit-html');
    const script = await bundle(fileURLToPath(new URL('../../dist/widget/define.js', import.meta.url)), {
      // As for a page that goes live, whatever this process runs as.
      resolve: { conditions: ['module', 'browser', 'production'] },
    });
    site.pages.set('/bundle.js', () => ({ type: 'text/javascript', body: script }));
    const person = await visit({
      headers: { 'Content-Security-Policy': `require-trusted-types-for 'script'; ${policy}` },
      body: `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/bundle.js"></script>
        <alpaca-connect server="${stage.url}/alpaca"></alpaca-connect>`,
    });
    await connects(person);
    expect(complaints).toEqual([]);
  });
});

describe('a page that treats the element roughly', () => {
  it('loads the script twice', async () => {
    const again = `<script type="module" src="${stage.url}/alpaca/connect.js?again"></script>`;
    const person = await visit({ body: pageWith(stage.url, { body: again }) });
    await connects(person);
    expect(complaints).toEqual([]);
  });

  it('loads the script twice, where each policy may be made once', async () => {
    const again = `<script type="module" src="${stage.url}/alpaca/connect.js?again"></script>`;
    const person = await visit({
      headers: {
        'Content-Security-Policy': "require-trusted-types-for 'script'; trusted-types alpaca-connect",
      },
      body: pageWith(stage.url, { body: again }),
    });
    await connects(person);
    expect(complaints).toEqual([]);
  });

  it('sets properties before the element is defined', async () => {
    const head = `<script>addEventListener('DOMContentLoaded', () => {
      const early = document.createElement('alpaca-connect');
      Object.assign(early, { server: '${stage.url}/alpaca', environment: 'live', disclosure: 'off' });
      document.body.append(early);
    });</script>`;
    const person = await visit({ body: `<!doctype html>${head}<body><p>Wait</p>` });
    await person.page.waitForSelector('alpaca-connect');
    await person.page.addScriptTag({ url: `${stage.url}/alpaca/connect.js`, type: 'module' });
    await person.sees('idle');
    const opened = popupOf(person);
    await person.pressConnect();
    const popup = await opened;
    await popup.waitForSelector('button ::-p-text(Allow)');
    await decide(popup, 'Allow');
    await person.sees('connected');
    expect(await person.fetchStatus('live', '/v2/account')).toBe(200);
  });

  it('has a clock that is three days ahead', async () => {
    const head = `<script>
      const now = Date.now;
      Date.now = () => now() + 3 * 24 * 3_600_000;
    </script>`;
    await connects(await visit({ body: pageWith(stage.url, { head }) }));
    expect(complaints).toEqual([]);
  });

  it('moves the element to another parent while the person is at Alpaca', async () => {
    const person = await visit({ body: pageWith(stage.url, { body: '<main></main>' }) });
    await person.sees('idle');
    const popup = await person.openPopup();
    await person.page.evaluate(() => {
      document.querySelector('main')?.append(document.querySelector('alpaca-connect') as Element);
    });
    await person.sees('waiting');
    await decide(popup, 'Allow');
    await person.sees('connected');
    expect(complaints).toEqual([]);
  });

  it('removes the element while the person is at Alpaca, and puts it back later', async () => {
    const person = await visit({ body: pageWith(stage.url) });
    await person.sees('idle');
    const popup = await person.openPopup();
    const gone = new Promise((resolve) => popup.once('close', resolve));
    await person.page.evaluate(() => {
      const element = document.querySelector('alpaca-connect') as Element;
      element.remove();
      Object.assign(window, { element });
    });
    await gone;
    await person.page.evaluate(() => {
      document.body.append((window as unknown as { element: Element }).element);
    });
    await connects(person);
    expect(complaints).toEqual([]);
  });
});

describe('a sandboxed frame', () => {
  const WORDS = inlineCode('widget/README.md', 'allow-scripts ');
  const framed = (sandbox: string) =>
    `<!doctype html><title>Around</title><iframe sandbox="${sandbox}" src="/framed" width="600" height="400"></iframe>`;

  async function visitFramed(sandbox: string): Promise<{ person: Person; frame: Frame }> {
    site.pages.set('/framed', () => ({ body: pageWith(stage.url, { attributes: 'disclosure="off"' }) }));
    const person = await visit({ body: framed(sandbox) });
    const frame = await person.page.waitForFrame((one) => one.url().endsWith('/framed'));
    await frame.waitForSelector('alpaca-connect:not([state="loading"])');
    return { person, frame };
  }

  it('without allow-popups tells its owner which words to add, and does not offer to go itself', async () => {
    const { frame } = await visitFramed('allow-scripts allow-same-origin');
    await frame.waitForSelector('alpaca-connect[state="idle"]');
    await frame.locator('alpaca-connect >>> [part~="button"]').click();
    await frame.waitForSelector('alpaca-connect[state="error"]');
    const text = await frame.evaluate(
      () => document.querySelector('alpaca-connect')?.shadowRoot?.textContent,
    );
    expect(text).toContain(WORDS);
    expect(text).not.toContain('Continue in this tab');
  });

  it('without allow-same-origin tells so at once', async () => {
    const { frame } = await visitFramed('allow-scripts allow-popups');
    await frame.waitForSelector('alpaca-connect[state="error"]');
    const text = await frame.evaluate(
      () => document.querySelector('alpaca-connect')?.shadowRoot?.textContent,
    );
    expect(text).toContain(WORDS);
  });

  it('with the documented words connects', async () => {
    const { person, frame } = await visitFramed(WORDS);
    const opened = popupOf(person);
    await frame.locator('alpaca-connect >>> [part~="button"]').click();
    const popup = await opened;
    await popup.waitForSelector('button ::-p-text(Allow)');
    await decide(popup, 'Allow');
    await frame.waitForSelector('alpaca-connect[state="connected"]');
  });
});

describe('a page of the server’s own site in a frame of another one', () => {
  it('is told that cookies are missing, before anything is exchanged', async () => {
    const before = stage.simulator.control.tokenCalls;
    const person = await visit({
      body: `<!doctype html><title>Around</title><iframe src="${stage.url}/" width="600" height="600"></iframe>`,
    });
    const frame = await person.page.waitForFrame((one) => one.url() === `${stage.url}/`);
    await frame.waitForSelector('alpaca-connect[state="idle"]');
    const opened = popupOf(person);
    await frame.locator('alpaca-connect >>> [part~="button"]').click();
    await frame.locator('::-p-aria([name="Continue"][role="button"])').click();
    const popup = await opened;
    await popup.waitForSelector('button ::-p-text(Allow)');
    await decide(popup, 'Allow');
    await frame.waitForSelector('alpaca-connect[state="error"]');
    const text = await frame.evaluate(
      () => document.querySelector('alpaca-connect')?.shadowRoot?.textContent,
    );
    expect(text).toContain('open the page in a tab of its own');
    expect(stage.simulator.control.tokenCalls).toBe(before);
  });
});

/** The next popup, wherever in the page it is opened. */
function popupOf({ page }: Person): Promise<Page> {
  return new Promise((resolve) => {
    page.browserContext().once('targetcreated', async (target) => {
      const popup = await target.page();
      if (popup) resolve(popup);
    });
  });
}
