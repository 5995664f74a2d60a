import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, Environment } from '../../server/contract.ts';
import type { StreamEvent } from '../../widget/trade-updates.ts';
import { type OpenAcme, openAcme } from '../demo/acme/open-acme.ts';
import { openStage, type Stage } from '../stage.ts';
import type { Browser, Engine, Profile, View } from './engine.ts';
import { until } from './until.ts';

const SITES = [
  ['the server’s own origin', 'url'],
  ['another site', 'foreignUrl'],
] as const;

/** The two elements of the page: one that lists accounts of Alpaca, and one for a broker partner. */
type Which = 'alpaca' | 'acme';

/**
 * Several accounts of one person in one engine: two at Alpaca, and one at a broker partner, whose OAuth service is this project's
 * own, behind the partner's own sign-in.
 */
export function describeAccounts(engine: Engine): void {
  describe.skipIf(!engine.isInstalled())(`${engine.name}, several accounts`, () => {
    let acme: OpenAcme;
    let stage: Stage;
    let browser: Browser;
    beforeAll(async () => {
      acme = await openAcme();
      stage = await openStage({
        https: true,
        environment: { PROVIDERS_FILE: acme.providersFile },
        attributes: 'multiple',
      });
      acme.register(stage.url);
      browser = await engine.open();
    });
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]();
      await stage?.[Symbol.asyncDispose]();
      await acme?.[Symbol.asyncDispose]();
    });

    it.each(SITES.filter(([, site]) => engine.keepsForeignSession || site === 'url'))(
      'on a page of %s: each order and each stream is of the account that it names',
      async (_place, site) => {
        await using profile = await browser.newProfile();
        const page = await profile.open(`${stage[site]}/partner`);
        await connect(profile, page, 'alpaca', 'Connect with Alpaca', 'PA3SIM0DESK1');
        await connect(profile, page, 'alpaca', 'Add an account', 'PA3SIM0DESK2');
        await connect(profile, page, 'acme', 'Connect with Acme Invest', '0011', '910000011');
        const [first, second] = await connectionsOf(page, 'alpaca');
        const [partner] = await connectionsOf(page, 'acme');
        expect([first, second, partner].map((each) => [each?.provider, each?.account.number])).toEqual([
          ['alpaca', 'PA3SIM0DESK1'],
          ['alpaca', 'PA3SIM0DESK2'],
          ['acme', '910000011'],
        ]);

        expect(await order(page, 'KO')).toBe('409 connection_ambiguous');
        const orders = [
          [first, 'AAPL'],
          [second, 'DIS'],
          [partner, 'V'],
        ] as const;
        for (const [account] of orders) await listen(page, account);
        for (const [account, symbol] of orders) expect(await order(page, symbol, account)).toBe('200 ');
        for (const [account, symbol] of orders) {
          await until(`${symbol} from its stream`, async () => (await told(page, account)).includes(symbol));
          expect(await told(page, account)).toEqual([symbol]);
        }
        expect(ordersAt(acme)).toEqual(['/live/v2/orders']);
        acme.simulator.control.reset();

        const tab = await profile.open(`${stage[site]}/partner`);
        await until('both elements', async () => (await numbers(tab)).length === 3);
        await press(tab, 'alpaca', 'Disconnect');
        await until('the first one to go', async () => (await numbers(tab)).length === 2);
        await until('the other tab to agree', async () => (await numbers(page)).length === 2);
        await page.reload();
        await until('the accounts that are left', async () => (await numbers(page)).length === 2);
        expect(await numbers(page)).toEqual(['alpaca PA3SIM0DESK2', 'acme 910000011']);
      },
    );
  });
}

/** The paths of the orders that arrived at the partner's Alpaca. */
function ordersAt({ simulator }: OpenAcme): string[] {
  const { requests } = simulator.control;
  return requests
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/orders'))
    .map(({ path }) => path);
}

/** From the click to the account. @param shown what the consent page shows of its number */
async function connect(
  profile: Profile,
  page: View,
  which: Which,
  label: string,
  shown: string,
  account = shown,
): Promise<void> {
  await press(page, which, label);
  const before = await profile.views();
  await press(page, which, 'Continue');
  const popup = await until('the popup', async () =>
    (await profile.views()).find((view) => !before.includes(view)),
  );
  if (which === 'acme') await until('the sign-in', () => popup.click(buttonOf, 'Maya'));
  await until(`the account ${account}`, () =>
    popup.click(
      (number) =>
        [...document.querySelectorAll('label')].find(({ textContent }) => textContent?.includes(number)),
      shown,
    ),
  );
  // The popup may be gone before the driver is told that it was pressed.
  await until('Allow', () => popup.click(buttonOf, 'Allow').catch(() => true));
  await until('the popup to close', async () => !(await profile.views()).includes(popup));
  await until(`${account} on the page`, async () => (await numbers(page)).includes(`${which} ${account}`));
}

/** The first button of a page of a popup that says this. */
function buttonOf(text: string): Element | undefined {
  return [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.includes(text));
}

/** Presses the first button of an element that begins with this. Of a live account, the badge stands behind it. */
function press(page: View, which: Which, label: string): Promise<true> {
  return until(`a button “${label}”`, () =>
    page.click(
      (...[provider, text]) => {
        const element = [...document.querySelectorAll('alpaca-connect')].find(
          (one) => (one.getAttribute('provider') ?? 'alpaca') === provider,
        );
        return [...(element?.shadowRoot?.querySelectorAll('button') ?? [])].find(
          (button) => button.textContent?.trim().startsWith(text) && button.getClientRects().length > 0,
        );
      },
      which,
      label,
    ),
  );
}

function connectionsOf(page: View, which: Which): Promise<Connection[]> {
  return page.run((provider) => {
    const element = [...document.querySelectorAll('alpaca-connect')].find(
      (one) => (one.getAttribute('provider') ?? 'alpaca') === provider,
    );
    const { connections = [] } = (element ?? {}) as { connections?: readonly Connection[] };
    return JSON.parse(JSON.stringify(connections)) as Connection[];
  }, which);
}

async function numbers(page: View): Promise<string[]> {
  const all = [...(await connectionsOf(page, 'alpaca')), ...(await connectionsOf(page, 'acme'))];
  return all.map(({ provider, account }) => `${provider} ${account.number}`);
}

/** What an order or a stream needs of a connection. */
type Account = Pick<Connection, 'id' | 'environment'> | undefined;

/** Buys one share. Resolves to the status and the code of what is answered. */
function order(page: View, symbol: string, account?: Account): Promise<string> {
  return page.run(
    async (...[what, id, environment]) => {
      const element = document.querySelector('alpaca-connect') as unknown as {
        fetch(api: string, path: string, init: object): Promise<Response>;
      };
      const ordered = { symbol: what, qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
      const answer = await element.fetch(environment, '/v2/orders', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...ordered, client_order_id: crypto.randomUUID() }),
        ...(id === '' ? {} : { connection: id }),
      });
      const { code = '' } = (await answer.json()) as { code?: string };
      return `${answer.status} ${code}`;
    },
    symbol,
    account?.id ?? '',
    account?.environment ?? ('paper' as Environment),
  );
}

/** Listens to the stream of one account, and notes of which symbols it tells. Resolves once it is open. */
async function listen(page: View, account: Account): Promise<void> {
  await page.run(
    (...[id, environment]) => {
      const heard: string[] = [];
      Object.assign(window, { [`told ${id}`]: heard });
      const element = document.querySelector('alpaca-connect') as unknown as {
        stream(environment: string, options: object): AsyncIterable<StreamEvent>;
      };
      void (async () => {
        for await (const event of element.stream(environment, { connection: id })) {
          heard.push(
            event.type === 'update'
              ? event.update.order.symbol
              : `${event.type} ${'state' in event ? event.state : ''}`,
          );
        }
      })();
    },
    account?.id ?? '',
    account?.environment ?? 'paper',
  );
  await until('the stream to open', async () => (await heard(page, account)).includes('status open'));
}

function heard(page: View, account: Account): Promise<string[]> {
  return page.run(
    (id) => (window as unknown as Record<string, string[]>)[`told ${id}`] ?? [],
    account?.id ?? '',
  );
}

/** The symbols that the stream of this account told of. */
async function told(page: View, account: Account): Promise<string[]> {
  const all = await heard(page, account);
  return [...new Set(all.filter((one) => !one.startsWith('status ')))];
}
