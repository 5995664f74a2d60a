// A hostile page has its visitors' browsers fetch the launch page ahead, and steers a popup there again and again: attempts that
// nobody asked for would use up the limit of everybody behind that address, and push out those that are under way.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type GuestSite, openGuestSite } from './guest-site.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

let evil: GuestSite;
let chromium: OpenBrowser;
beforeAll(async () => {
  [evil, chromium] = await Promise.all([openGuestSite(), openBrowser()]);
});
afterAll(async () => {
  for (const part of [chromium, evil]) await part[Symbol.asyncDispose]();
});

/** Both launch pages of a server that lets its people start two attempts in a minute. */
function launchPages(stage: Stage, page: string): Record<'redirect' | 'popup', string> {
  const redirect = new URLSearchParams({
    mode: 'redirect',
    environment: 'paper',
    code_challenge: 'x'.repeat(43),
    return_to: page,
  });
  return {
    redirect: `${stage.url}/alpaca/launch?${redirect}`,
    popup: `${stage.url}/alpaca/launch?origin=${encodeURIComponent(stage.url)}`,
  };
}

const strict = () => openStage({ environment: { CONNECTS_PER_MINUTE: '2' } });

/** What the launch page answered so far. */
function launches(stage: Stage): number[] {
  return stage
    .logged()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { event: string; route?: string; status: number })
    .filter(({ event, route }) => event === 'request' && route === '/launch')
    .map(({ status }) => status);
}

describe('attempts that nobody asked for', () => {
  it.each(['prefetch', 'prerender'] as const)(
    'a %s by speculation rules starts and counts none',
    async (action) => {
      await using stage = await strict();
      const pages = launchPages(stage, `${stage.url}/`);
      const urls = [1, 2, 3, 4, 5].flatMap((each) => [
        `${pages.redirect}&n=${each}`,
        `${pages.popup}&n=${each}`,
      ]);
      const rules = JSON.stringify({ [action]: [{ source: 'list', urls, eagerness: 'immediate' }] });
      // Prerender is for pages of the same site only: a page of the server's site, on an origin that is not on the list.
      await using near = await openGuestSite('localhost');
      const site = action === 'prerender' ? near : evil;
      site.pages.set('/', () => ({
        body: `<!doctype html><title>Evil</title><script type="speculationrules">${rules}</script>`,
      }));
      const person = await Person.at(chromium.browser, `${site.url}/`);
      await expect.poll(() => launches(stage).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
      expect(new Set(launches(stage))).toEqual(new Set([400]));
      expect(stage.logged()).not.toContain('attempt_started');
      const own = await person.inAnotherTab(`${stage.url}/`);
      await own.sees('idle');
      await decide(await own.openPopup(), 'Allow');
      await own.sees('connected');
    },
  );

  it.each([
    ['the very page under attack', 'url'],
    ['another page of the site', 'neighbourUrl'],
  ] as const)(
    'a popup that is steered fifteen times to %s pushes out no attempt of another tab',
    async (_, page) => {
      await using stage = await strict();
      const person = await Person.at(chromium.browser, `${stage.url}/`);
      await person.sees('idle');
      const alpaca = await person.openPopup();
      const { redirect } = launchPages(stage, `${stage[page]}/`);
      evil.pages.set('/steer', () => ({
        body: `<!doctype html><title>Evil</title><button>A game</button><script>
        document.querySelector('button').onclick = () => {
          const popup = open('about:blank', 'game');
          let turn = 0;
          const timer = setInterval(() => {
            popup.location = ${JSON.stringify(redirect)} + '&turn=' + ++turn;
            if (turn === 15) { clearInterval(timer); document.title = 'steered'; }
          }, 150);
        };
      </script>`,
      }));
      const other = await person.inAnotherTab(`${evil.url}/steer`);
      await other.page.locator('button').click();
      await expect.poll(() => other.page.title(), { timeout: 30_000 }).toBe('steered');
      await expect.poll(() => launches(stage).length).toBeGreaterThanOrEqual(10);
      expect(launches(stage)).not.toContain(429);
      await alpaca.bringToFront();
      await decide(alpaca, 'Allow');
      await person.page.bringToFront();
      await person.sees('connected');
    },
  );
});
