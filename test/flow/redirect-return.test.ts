// Somebody comes back from Alpaca in this tab, to pages that put the element there in their own time and manner.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type GuestSite, openGuestSite } from './guest-site.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

let site: GuestSite;
let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  site = await openGuestSite('localhost');
  const environment = { EMBED_ORIGINS: site.url, RETURN_PAGES: `${site.url}/` };
  [stage, chromium] = await Promise.all([openStage({ environment }), openBrowser()]);
});
afterAll(async () => {
  for (const part of [chromium, stage, site]) await part[Symbol.asyncDispose]();
});

/** A page that loads the script first and runs this later. */
async function personAt(body: string): Promise<Person> {
  site.pages.set('/', () => ({
    body: `<!doctype html><html lang="en"><title>A page</title>
<script type="module" src="${stage.url}/alpaca/connect.js"></script>${body}`,
  }));
  return Person.at(chromium.browser, `${site.url}/`);
}

const module = (script: string) => `<script type="module">${script}</script>`;
const tokenCalls = () => stage.simulator.control.tokenCalls;

describe('whoever comes back from Alpaca in this tab is connected', () => {
  it.each([
    [
      'to an element that gets its attributes late',
      `<alpaca-connect></alpaca-connect>${module(`
        setTimeout(() => {
          const element = document.querySelector('alpaca-connect');
          element.setAttribute('mode', 'redirect');
          element.setAttribute('environment', 'live');
        }, 1_000);`)}`,
    ],
    [
      'to an element that gets properties late, its server last',
      `<alpaca-connect server="http://localhost:9/nowhere"></alpaca-connect>${module(`
        setTimeout(() => {
          const element = document.querySelector('alpaca-connect');
          element.mode = 'redirect';
          element.environment = 'live';
          setTimeout(() => { element.server = '${'SERVER'}/alpaca'; }, 500);
        }, 500);`)}`,
    ],
    [
      'to a view that mounts later',
      module(`
        setTimeout(() => {
          document.body.innerHTML = '<alpaca-connect mode="redirect" environment="live"></alpaca-connect>';
        }, 1_500);`),
    ],
    [
      'to a router that replaces the address first',
      `<script>history.replaceState({}, '', '/portfolio'); history.replaceState({}, '', '/');</script>
       <alpaca-connect mode="redirect" environment="live"></alpaca-connect>`,
    ],
    [
      'to a view that is mounted twice',
      module(`
        const mount = () => {
          document.body.innerHTML = '<alpaca-connect mode="redirect" environment="live"></alpaca-connect>';
        };
        mount();
        setTimeout(mount, 30);
        setTimeout(mount, 60);`),
      // So that the first element is gone before its exchange is through.
      500,
    ],
    [
      'to two elements of its environment',
      `<alpaca-connect mode="redirect" environment="live"></alpaca-connect>
       <alpaca-connect mode="redirect" environment="live"></alpaca-connect>`,
    ],
    [
      'beside an element of another environment',
      `<alpaca-connect mode="redirect" environment="live"></alpaca-connect>
       <alpaca-connect mode="redirect" environment="paper"></alpaca-connect>`,
    ],
  ] as [string, string, number?][])('%s', async (_, body, delay = 0) => {
    const before = tokenCalls();

    const person = await personAt(body.replace('SERVER', stage.url));
    await person.page.waitForFunction(
      () => document.querySelector('alpaca-connect')?.getAttribute('environment') === 'live',
    );
    await person.sees('idle');
    await person.leave();
    stage.simulator.control.delay = delay;
    await decide(person.page, 'Allow');
    await person.sees('connected');
    stage.simulator.control.delay = 0;
    const heard = await person.heard();
    // One of the elements had another server at first, which answered nothing.
    const since = heard.slice(heard.indexOf('alpaca-statechange:finishing'));
    expect(since.filter((event) => event.startsWith('alpaca-error'))).toEqual([]);
    expect(await person.fetchStatus('live', '/v2/account')).toBe(200);
    expect(tokenCalls() - before).toBe(1);
    const states = await person.page.$$eval('alpaca-connect', (all) =>
      all.map((each) => [each.getAttribute('environment'), each.getAttribute('state')].join()),
    );
    expect(states.filter((state) => state !== 'live,connected' && state !== 'paper,idle')).toEqual([]);
  });
});

const REDIRECTING = '<alpaca-connect mode="redirect"></alpaca-connect>';

describe('connect() of the page’s own code', () => {
  it.each([
    ['in this tab', REDIRECTING, (person: Person) => Promise.resolve(person.page)],
    [
      'in a popup',
      '<alpaca-connect></alpaca-connect>',
      (person: Person) => person.openPopup('button ::-p-text(Allow)'),
    ],
  ])('joins an exchange that is under way %s', async (_, body, open) => {
    const before = tokenCalls();
    const person = await personAt(body);
    await person.sees('idle');
    if (body === REDIRECTING) await person.leave();
    const alpaca = await open(person);
    stage.simulator.control.delay = 500;
    await decide(alpaca, 'Allow');
    await person.sees('finishing');
    const connection = await person.page.evaluate(() => {
      const element = document.querySelector('alpaca-connect') as unknown as {
        disclosure: string;
        connect(): Promise<{ environment: string }>;
      };
      element.disclosure = 'off';
      return element.connect();
    });
    stage.simulator.control.delay = 0;
    expect(connection.environment).toBe('paper');
    expect(await person.sees('connected')).toBe('connected');
    expect(tokenCalls() - before).toBe(1);
  });
});

describe('Back and Forward', () => {
  it('through Alpaca’s page show the account, and change nothing', async () => {
    const before = tokenCalls();
    const person = await personAt(REDIRECTING);
    await person.sees('idle');
    await person.leave();
    await decide(person.page, 'Allow');
    await person.sees('connected');
    await person.page.goBack();
    await person.seesAlpaca();
    await person.page.goBack();
    await person.sees('connected');
    await person.page.goForward();
    await person.seesAlpaca();
    await person.page.goForward();
    await person.sees('connected');
    expect(tokenCalls() - before).toBe(1);
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
  });

  it('away from Alpaca’s page and to it again, and Allow, connect', async () => {
    const person = await personAt(REDIRECTING);
    await person.sees('idle');
    await person.leave();
    await person.page.goBack();
    await person.sees('idle');
    await person.page.goForward();
    await person.seesAlpaca();
    await decide(person.page, 'Allow');
    await person.sees('connected');
  });

  it('to the Alpaca page of an attempt before the last, and Allow, connect nothing and say so', async () => {
    const before = tokenCalls();
    const person = await personAt(REDIRECTING);
    await person.sees('idle');
    await person.leave();
    const older = person.page.url();
    await person.page.goBack();
    await person.sees('idle');
    await person.leave();
    await person.page.goto(older);
    await person.seesAlpaca();
    await decide(person.page, 'Allow');
    await person.sees('error');
    expect(await person.text()).toContain('This grant belongs to another attempt.');
    expect(tokenCalls() - before).toBe(0);
  });

  it('to Alpaca’s page, and Allow once more, end at a page that says what to do', async () => {
    const before = tokenCalls();
    const person = await personAt(REDIRECTING);
    await person.sees('idle');
    await person.leave();
    await decide(person.page, 'Allow');
    await person.sees('connected');
    await person.page.goBack();
    await person.seesAlpaca();
    await decide(person.page, 'Allow');
    await person.page.waitForFunction(() => location.pathname.endsWith('/callback'));
    expect(await person.page.evaluate(() => document.body.innerText)).toContain(
      'This connection was already completed. Nothing was connected twice. Go back to the website',
    );
    expect(tokenCalls() - before).toBe(1);
    await person.page.goBack();
    await person.page.goBack();
    await person.sees('connected');
  });
});
