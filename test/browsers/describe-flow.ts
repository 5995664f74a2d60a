import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coop } from '../../demo/simulator/index.ts';
import { openStage, type Stage } from '../stage.ts';
import type { Browser, Engine, Profile, View } from './engine.ts';
import { Person } from './person.ts';

const COOP_VALUES: readonly Coop[] = [
  'unsafe-none',
  'same-origin-allow-popups',
  'same-origin',
  'noopener-allow-popups',
];

const SITES = [
  ['the server’s own origin', 'url'],
  ['another origin of its site', 'neighbourUrl'],
  ['another site', 'foreignUrl'],
] as const;

/**
 * The flow in one engine, over https and in sight: whatever Alpaca's page sends, wherever the button stands. One test
 * file calls it per engine, so that the engines run beside each other.
 */
export function describeFlow(engine: Engine): void {
  describe.skipIf(!engine.isInstalled())(engine.name, () => {
    let stage: Stage;
    let browser: Browser;
    beforeAll(async () => {
      stage = await openStage({ https: true });
      browser = await engine.open();
    });
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]();
      await stage?.[Symbol.asyncDispose]();
    });

    describe.each(COOP_VALUES)('with Cross-Origin-Opener-Policy: %s at Alpaca', (coop) => {
      const severed = engine.severedBy.includes(coop);
      const isFirstOfKind =
        coop === COOP_VALUES.find((value) => engine.severedBy.includes(value) === severed);
      beforeAll(() => {
        stage.simulator.control.coop = coop;
      });

      describe.each(SITES)('on a page of %s', (_place, site) => {
        const kept = engine.keepsForeignSession || site !== 'foreignUrl';

        async function arrive(profile: Profile): Promise<Person> {
          const person = await Person.at(profile, `${stage[site]}/`);
          await person.sees('idle');
          await person.listen();
          return person;
        }

        async function allow(person: Person, popup: View): Promise<void> {
          await person.decides(popup, 'Allow');
          await person.seesClosed(popup);
        }

        /** Connected; or, where the browser keeps no session for this page, told so. */
        async function seesOutcome(person: Person): Promise<void> {
          await person.sees(kept ? 'connected' : 'error');
          expect(await person.heard()).toEqual([kept ? 'alpaca-connected' : 'cookies_blocked']);
          expect(await person.fetchStatus()).toBe(kept ? 200 : 401);
        }

        it('connects, and the popup closes', async () => {
          await using profile = await browser.newProfile();
          const person = await arrive(profile);
          await allow(person, await person.connect());
          await seesOutcome(person);
        });

        it('says that the person refused', async () => {
          await using profile = await browser.newProfile();
          const person = await arrive(profile);
          const popup = await person.connect();
          await person.decides(popup, 'Deny');
          await person.seesClosed(popup);
          await person.sees('error');
          expect(await person.heard()).toEqual(['access_denied']);
        });

        // The rest depends on whether the popup was severed, and not on which value did it.
        if (!isFirstOfKind) return;

        if (severed) {
          it('waits when the person closed a popup that was out of reach, and Cancel ends it', async () => {
            await using profile = await browser.newProfile();
            const person = await arrive(profile);
            const popup = await person.connect();
            await person.reads('Open the Alpaca window again');
            await popup.close();
            await person.focuses(true);
            await person.lingers();
            expect(await person.state()).toBe('waiting');
            await person.press('Cancel');
            await person.sees('idle');
            expect(await person.heard()).toEqual(['cancelled']);
          });
        } else {
          it('says that the person closed the popup', async () => {
            await using profile = await browser.newProfile();
            const person = await arrive(profile);
            const popup = await person.connect();
            await person.focuses(false);
            await popup.close();
            await person.sees('error');
            expect(await person.heard()).toEqual(['popup_closed']);
          });
        }

        it('says that the popup was blocked, and a click opens it', async () => {
          await using profile = await browser.newProfile();
          const person = await Person.at(profile, `${stage[site]}/impatient`);
          await person.arrivesAt('/impatient#popup_blocked');
          expect(await profile.views()).toEqual([person.view]);
          await person.reads('Your browser blocked the Alpaca window.');
          await person.listen();
          await allow(person, await person.opensPopup('Try again'));
          await seesOutcome(person);
        });

        it('forgets an attempt when the page is reloaded, but not a connection', async () => {
          await using profile = await browser.newProfile();
          const person = await arrive(profile);
          const lost = await person.connect();
          await person.view.reload();
          // The page closes a popup within its reach as it goes; another one lives on, and is nobody's any more.
          if (severed) await person.decides(lost, 'Allow');
          await person.seesClosed(lost);
          await person.sees('idle');
          expect(await person.fetchStatus()).toBe(401);

          await person.listen();
          await allow(person, await person.connect());
          await seesOutcome(person);
          await person.view.reload();
          await person.sees(kept ? 'connected' : 'idle');
        });

        // What the popup met at Alpaca makes no difference any more.
        it.runIf(coop === 'unsafe-none')('hears trade updates until it disconnects', async () => {
          await using profile = await browser.newProfile();
          const person = await arrive(profile);
          await allow(person, await person.connect());
          await person.sees(kept ? 'connected' : 'error');
          await person.streams();
          if (kept) {
            await person.hears('open');
            await person.orders();
            await person.hears('fill');
            await person.press('Disconnect');
          }
          await person.hears('not_connected');
          if (kept) expect(await person.streamed()).toEqual(expect.arrayContaining(['open', 'new', 'fill']));
        });

        it('connects in two tabs at once', async () => {
          await using profile = await browser.newProfile();
          const first = await arrive(profile);
          const firstPopup = await first.connect();
          const second = await arrive(profile);
          const secondPopup = await second.connect();
          await allow(first, firstPopup);
          await seesOutcome(first);
          await allow(second, secondPopup);
          await seesOutcome(second);
        });
      });
    });
  });
}
