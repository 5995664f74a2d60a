import type { RequestHandler } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appShellPages, underWorker } from '../flow/app-shell-pages.ts';
import { DIALOG_PAGES } from '../flow/dialog-pages.ts';
import { turboPages } from '../flow/turbo-pages.ts';
import { openStage, type Stage } from '../stage.ts';
import { INHERITED_STYLES } from '../widget/element/inherited-styles.ts';
import type { Browser, Engine, Profile, View } from './engine.ts';
import { Person } from './person.ts';
import { until } from './until.ts';

/** As much of the element as pages of these tests use. */
interface Connectable extends HTMLElement {
  state: string;
  connect(): Promise<unknown>;
  cancel(): void;
}

/** `/dialog/…` has the button in a dialog, `/plain` on its own, `/dropped` never loads. All others are of a site with Turbo. */
function pagesOfOthers(): RequestHandler {
  const turbo = turboPages();
  const script = '<script type="module" src="/alpaca/connect.js"></script>';
  return (request, response, next) => {
    const [, kind = '', name = ''] = request.path.split('/');
    const body =
      kind === 'dialog' ? DIALOG_PAGES[name] : '<div id="around"><alpaca-connect></alpaca-connect></div>';
    if (kind === 'dropped') request.socket.destroy();
    else if (kind === 'dialog' || kind === 'plain')
      response.send(`<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
        <link rel="icon" href="data:,">${body}${script}`);
    else turbo(request, response, next);
  };
}

/** What pages do to the element, in one engine: as far as the outcome is the engine's and not the library's. */
export function describePages(engine: Engine): void {
  describe.skipIf(!engine.isInstalled())(`${engine.name}, on pages of others`, () => {
    let stage: Stage;
    let browser: Browser;
    beforeAll(async () => {
      const environment = { APP_DISCLOSURE: 'Our terms: https://shop.test/terms.' };
      stage = await openStage({ https: true, environment, pages: pagesOfOthers() });
      browser = await engine.open();
    });
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]();
      await stage?.[Symbol.asyncDispose]();
    });

    describe.each(['native', 'trap'])('the disclosure in a dialog of the page (%s)', (kind) => {
      const isOpen = (view: View) =>
        view.run(() => (window as unknown as { pageDialogOpen(): boolean }).pageDialogOpen());
      const focused = (view: View) =>
        view.run(
          () =>
            document.querySelector('alpaca-connect')?.shadowRoot?.activeElement?.textContent?.trim() ?? '',
        );

      it('has Escape and a Tab that comes round to itself, and leaves the other one as it is', async () => {
        await using profile = await browser.newProfile();
        const person = await Person.at(profile, `${stage.url}/dialog/${kind}`);
        const { view } = person;
        await person.sees('idle');
        await person.press('Connect with Alpaca');
        await person.sees('disclosing');
        const title = await focused(view);
        expect(title).toContain('Connect your Alpaca account');
        for (const stop of ['https://shop.test/terms', 'Cancel', 'Continue', title]) {
          await view.pressKey('Tab');
          expect(await focused(view)).toBe(stop);
        }
        for (const stop of ['Continue', 'Cancel', 'https://shop.test/terms', title, 'Continue']) {
          await view.pressKey('Shift+Tab');
          expect(await focused(view)).toBe(stop);
        }
        await view.pressKey('Escape');
        await person.sees('idle');
        expect(await isOpen(view)).toBe(true);
        await view.pressKey('Escape');
        await until('the dialog of the page to close', async () => !(await isOpen(view)));
      });
    });

    it('keeps its measures, whatever it could inherit', async () => {
      await using profile = await browser.newProfile();
      const person = await Person.at(profile, `${stage.url}/plain`);
      await person.sees('idle');
      const plain = await measured(person.view, '');
      expect(plain.length).toBeGreaterThan(8);
      const deformed: Record<string, string[]> = {};
      for (const style of INHERITED_STYLES.filter((one) => !one.startsWith('font'))) {
        const measures = await measured(person.view, style);
        if (String(measures) !== String(plain)) deformed[style] = measures;
      }
      expect(deformed).toEqual({});
      const [dialog = ''] = await measured(person.view, 'zoom: 4');
      expect(dialog).toMatch(/^dialog .* fits$/);
    });

    it('keeps its looks in another document, and when it comes back', async () => {
      await using profile = await browser.newProfile();
      const person = await Person.at(profile, `${stage.url}/plain`);
      await person.sees('idle');
      const looks = await person.view.run(async () => {
        const element = document.querySelector('alpaca-connect') as Element;
        const frame = document.createElement('iframe');
        document.body.append(frame);
        const look = () => {
          const button = element.shadowRoot?.querySelector('button') as Element;
          const { cursor, backgroundColor } =
            element.ownerDocument.defaultView?.getComputedStyle(button) ?? {};
          return `${cursor} ${backgroundColor}`;
        };
        const before = look();
        frame.contentDocument?.body.append(element);
        const there = look();
        document.body.append(element);
        return [before, there, look()];
      });
      expect(looks[0]).toContain('pointer');
      expect(looks).toEqual([looks[0], looks[0], looks[0]]);
    });

    it('is never modal where nobody can see it', async () => {
      await using profile = await browser.newProfile();
      const person = await Person.at(profile, `${stage.url}/plain`);
      await person.sees('idle');
      const outcomes = await person.view.run(async () => {
        const around = document.querySelector('#around') as HTMLElement;
        const element = around.firstElementChild as Connectable;
        const field = document.body.appendChild(document.createElement('input'));
        const code = (error: { code?: string }) => String(error.code);
        const usable = () => {
          field.focus();
          return document.activeElement === field ? 'usable' : 'inert';
        };
        const results: string[] = [];
        for (const style of ['display: none', 'content-visibility: hidden']) {
          around.style.cssText = style;
          results.push(await element.connect().catch(code).then(String), usable());
        }
        around.style.cssText = '';
        const asked = element.connect().catch(code);
        await new Promise((resolve) => setTimeout(resolve, 100));
        results.push(element.state, usable());
        around.style.cssText = 'display: none';
        results.push(String(await asked), usable());
        return results;
      });
      expect(outcomes).toEqual([
        ...['config_invalid', 'usable', 'config_invalid', 'usable'],
        ...['disclosing', 'inert', 'cancelled', 'usable'],
      ]);
    });

    it('keeps its popup as a permanent element of Turbo, and through a refresh that morphs', async () => {
      await using profile = await browser.newProfile();
      const person = await Person.at(profile, `${stage.url}/permanent`);
      await person.sees('idle');
      const popup = await person.connect();
      await person.sees('waiting');
      await turbo(person.view, 'visit', '/permanent/orders');
      expect(await person.state()).toBe('waiting');
      await turbo(person.view, 'refresh', '/permanent/orders');
      expect(await person.state()).toBe('waiting');
      await person.decides(popup, 'Allow');
      await person.seesClosed(popup);
      await person.sees('connected');
    });

    it('gives the person a link, which works, whatever the attempt to open a window answers', async () => {
      await using profile = await browser.newProfile();
      const person = await Person.at(profile, `${stage.url}/plain`);
      await person.sees('idle');
      for (const answer of ['null', 'undefined', 'closed', 'nothing', 'throws']) {
        await person.view.run((kind) => {
          const element = document.querySelector('alpaca-connect') as Connectable;
          element.setAttribute('disclosure', 'off');
          // Presses at one place would count as double clicks.
          element.style.marginTop = element.style.marginTop ? '' : '3em';
          const answers: Record<string, unknown> = {
            null: null,
            closed: { closed: true, close() {} },
            nothing: {},
          };
          window.open = () => {
            if (kind === 'throws') throw new Error('Not implemented');
            return answers[kind] as Window | null;
          };
        }, answer);
        await person.press(answer === 'null' ? 'Connect with Alpaca' : 'Try again');
        await person.reads('Your browser blocked the Alpaca window.');
        await person.sees('error');
      }
      const popup = await person.opensPopup('Open the Alpaca window');
      await person.decides(popup, 'Allow');
      await person.seesClosed(popup);
      await person.sees('connected');
    });

    it('notices within seconds that the window did not load, closes it, and opens a fresh one', async () => {
      await using profile = await browser.newProfile();
      const person = await Person.at(profile, `${stage.url}/plain`);
      await person.sees('idle');
      await person.view.run(() => {
        document.querySelector('alpaca-connect')?.setAttribute('disclosure', 'off');
        const { open, setTimeout: wait } = window;
        window.open = (_url, ...how) => {
          window.open = open;
          const popup = open('/dropped', ...how);
          // A tenth of the fifteen seconds that the page begins to count now.
          window.setTimeout = ((run: () => void, ms = 0) => wait(run, ms / 10)) as typeof setTimeout;
          queueMicrotask(() => {
            window.setTimeout = wait;
          });
          return popup;
        };
      });
      await person.press('Connect with Alpaca');
      await person.sees('error');
      await person.reads('The Alpaca window did not load.');
      await until('the window to close', async () => (await profile.views()).length === 1);
      const popup = await person.opensPopup('Try again');
      await person.decides(popup, 'Allow');
      await person.seesClosed(popup);
      await person.sees('connected');
    });

    // Chromium has these in test/flow. Over http, as browsers run no worker from behind a certificate that they were told to accept.
    if (engine.name !== 'Chromium') {
      describe('with a service worker', () => {
        let app: Stage;
        beforeAll(async () => {
          app = await openStage({ pages: appShellPages });
        });
        afterAll(() => app?.[Symbol.asyncDispose]());

        async function personUnder(profile: Profile, worker: string): Promise<Person> {
          const person = await Person.at(profile, `${app.url}/`);
          await person.view.run(underWorker, `/${worker}.js`);
          await person.sees('idle');
          await person.listen();
          return person;
        }

        it('notices that the worker answered for the launch page', async () => {
          await using profile = await browser.newProfile();
          const person = await personUnder(profile, 'greedy');
          await person.press('Connect with Alpaca');
          await person.press('Continue');
          await person.sees('error');
          await person.reads('answered instead');
          expect(await person.heard()).toEqual(['network']);
          await until('the window to close', async () => (await profile.views()).length === 1);
        });

        it('notices that the worker answered for the callback', async () => {
          await using profile = await browser.newProfile();
          const person = await personUnder(profile, 'callback');
          const popup = await person.connect();
          await person.decides(popup, 'Allow');
          await person.sees('error');
          await person.reads('answered instead');
          await person.seesClosed(popup);
        });

        it('connects with the line of the README', async () => {
          await using profile = await browser.newProfile();
          const person = await personUnder(profile, 'workbox');
          const popup = await person.connect();
          await person.decides(popup, 'Allow');
          await person.seesClosed(popup);
          await person.sees('connected');
        });
      });
    }
  });

  const { openWithoutCookies } = engine;
  if (openWithoutCookies) {
    describe.skipIf(!engine.isInstalled())(`${engine.name}, which keeps no cookies`, () => {
      let stage: Stage;
      let browser: Browser;
      beforeAll(async () => {
        stage = await openStage({ https: true });
        browser = await openWithoutCookies();
      });
      afterAll(async () => {
        await browser?.[Symbol.asyncDispose]();
        await stage?.[Symbol.asyncDispose]();
      });

      it.each(['url', 'foreignUrl'] as const)(
        'says nothing on load, and so after the press, before Alpaca is asked, on %s',
        async (site) => {
          await using profile = await browser.newProfile();
          const person = await Person.at(profile, `${stage[site]}/`);
          await person.sees('idle');
          await person.listen();
          await person.press('Connect with Alpaca');
          await person.press('Continue');
          await person.sees('error');
          await person.reads('did not keep the cookie');
          expect(await person.heard()).toEqual(['cookies_blocked']);
          expect(stage.simulator.control.tokenCalls).toBe(0);
          await until('the window to close', async () => (await profile.views()).length === 1);
        },
      );
    });
  }
}

/** Opens the disclosure with this around the element, and closes it again. Resolves to the sizes of what is in it. */
function measured(view: View, style: string): Promise<string[]> {
  return view.run(async (around) => {
    (document.querySelector('#around') as HTMLElement).style.cssText = `font-family: serif; ${around}`;
    const element = document.querySelector('alpaca-connect') as Connectable;
    const settled = element.connect().catch(() => {});
    const dialog = () => element.shadowRoot?.querySelector('dialog') as HTMLDialogElement;
    while (!dialog()?.open || dialog().getAnimations().length > 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const sizes = [dialog(), ...dialog().querySelectorAll('h2, p, li, button')].map((part) => {
      const { width, height, left, right } = part.getBoundingClientRect();
      const fits = left >= 0 && right <= window.innerWidth + 1 && part.scrollWidth <= part.clientWidth + 1;
      return `${part.localName} ${Math.round(width)}x${Math.round(height)} ${fits ? 'fits' : 'does not fit'}`;
    });
    element.cancel();
    await settled;
    return sizes;
  }, style);
}

/** Lets Turbo visit or refresh, and waits until it has rendered. */
async function turbo(view: View, act: 'visit' | 'refresh', path: string): Promise<void> {
  const heading = () => view.run(() => document.querySelector('h1')?.textContent ?? '');
  const before = await heading();
  await view.run(
    (how, where) => {
      const { Turbo } = window as unknown as {
        Turbo: { visit(url: string): void; session: { refresh(url: string): void } };
      };
      if (how === 'visit') Turbo.visit(where);
      else Turbo.session.refresh(new URL(where, location.href).href);
    },
    act,
    path,
  );
  await until(`Turbo to ${act}`, async () => (await heading()) !== before);
}
