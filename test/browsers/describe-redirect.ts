import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { type Attacker, openAttacker } from './attacker.ts';
import type { Browser, Engine } from './engine.ts';
import { Person } from './person.ts';
import { until } from './until.ts';

const ROUTED = ['/hash-routed', '/history-routed', '/strictly-routed'];

const SITES = [
  ['the server’s own origin', 'url'],
  ['another origin of its site', 'neighbourUrl'],
  ['another site', 'foreignUrl'],
] as const;

/** Redirect mode in one engine: for the person who means it, and for the one who is sent into it by an attacker. */
export function describeRedirect(engine: Engine): void {
  describe.skipIf(!engine.isInstalled())(`${engine.name}, in its own tab`, () => {
    let stage: Stage;
    let attacker: Attacker;
    let browser: Browser;
    beforeAll(async () => {
      [stage, attacker] = await Promise.all([
        openStage({ https: true, returnPaths: ['/', ...ROUTED] }),
        openAttacker(),
      ]);
      browser = await engine.open();
    });
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]();
      await stage?.[Symbol.asyncDispose]();
      await attacker?.[Symbol.asyncDispose]();
    });

    // All of these pages send no Referer of their own: <meta name="referrer" content="no-referrer">.
    describe.each(SITES)('a page of %s', (_place, site) => {
      const kept = engine.keepsForeignSession || site !== 'foreignUrl';

      it.each([
        ['with a hash router', '/hash-routed#/orders/7', 'route #/orders/7'],
        ['with a history router', '/history-routed?order=7', 'route ?order=7'],
        ['with a router that knows no other routes', '/strictly-routed#/orders/7', 'route #/orders/7'],
      ])('%s connects, and shows the route that the person left', async (_router, route, title) => {
        await using profile = await browser.newProfile();
        const person = await Person.at(profile, stage[site] + route);
        await person.sees('idle');
        await person.leaves();
        await person.decides(person.view, 'Allow');
        await person.sees(kept ? 'connected' : 'error');
        expect(await person.view.address()).toBe(stage[site] + route);
        expect(await person.view.run(() => document.title)).toBe(title);
        expect(await person.fetchStatus()).toBe(kept ? 200 : 401);
      });
    });

    describe('a takeover', () => {
      /** The attacker's own attempt: they know the verifier. */
      function launch(returnTo: string): string {
        const query = new URLSearchParams({
          mode: 'redirect',
          environment: 'paper',
          return_to: returnTo,
          code_challenge: Visitor.proofKey().codeChallenge,
        });
        return `${stage.url}/alpaca/launch?${query}`;
      }
      const out = (origin: string) => `${origin}/out?${encodeURIComponent(`${attacker.url}/loot`)}`;
      const posted = (on: string, link: string) => `${on}/link?${encodeURIComponent(link)}`;
      const tokenCalls = () => stage.simulator.control.tokenCalls;

      it('carries a fragment through the open redirect of this stage, so that there is something to stop', async () => {
        await using profile = await browser.newProfile();
        attacker.seen.length = 0;
        const person = await Person.at(profile, `${out(stage.neighbourUrl)}#alpaca-connect=bait`);
        await person.arrivesAt('#alpaca-connect=bait');
        await until('the bait', async () => attacker.seen.includes('/fragment?#alpaca-connect=bait'));
      });

      it.each([
        [
          'the attacker’s page, to an open redirect of an allowed site',
          () => posted(attacker.url, launch(out(stage.neighbourUrl))),
        ],
        [
          'the attacker’s page, to an open redirect of the server’s own origin',
          () => posted(attacker.url, launch(out(stage.url))),
        ],
        [
          'the attacker’s page, to a listed page',
          () => posted(attacker.url, launch(`${stage.neighbourUrl}/`)),
        ],
        [
          'the allowed site itself, to its open redirect',
          () => posted(stage.neighbourUrl, launch(out(stage.neighbourUrl))),
        ],
        ['the server’s own origin, to its open redirect', () => posted(stage.url, launch(out(stage.url)))],
      ])('that begins on %s never gets to Alpaca', async (_, from) => {
        attacker.seen.length = 0;
        await using profile = await browser.newProfile();
        const person = await Person.at(profile, from());
        await person.follows('Look');
        await person.readsPage('Go back');
        expect(attacker.seen.filter((address) => address.includes('alpaca-connect'))).toEqual([]);
      });

      it.each([
        ['another origin of its site', 'neighbourUrl'],
        ['the server’s own origin', 'url'],
      ] as const)(
        'by a link that was posted on %s, to its listed page, ends there without an exchange',
        async (_, site) => {
          attacker.seen.length = 0;
          const before = tokenCalls();
          await using profile = await browser.newProfile();
          const person = await Person.at(profile, posted(stage[site], launch(`${stage[site]}/`)));
          await person.follows('Look');
          await person.seesAlpaca();
          await person.decides(person.view, 'Allow');
          await person.sees('idle');
          expect(await person.view.address()).toBe(`${stage[site]}/`);
          expect(tokenCalls()).toBe(before);
          expect(attacker.seen).toEqual([]);
        },
      );
    });
  });
}
