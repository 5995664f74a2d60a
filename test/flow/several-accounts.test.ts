import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import type { StreamEvent } from '../../widget/trade-updates.ts';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

const FIRST = 'PA3SIM0DESK1';
const SECOND = 'PA3SIM0DESK2';

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([openStage({ attributes: 'multiple' }), openBrowser()]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

/** Connects the account of this number, from the click to the list that shows it. */
async function connect(person: Person, number: string): Promise<Connection> {
  const popup = await person.openPopup();
  const choice = await popup.waitForSelector(`label ::-p-text(${number})`);
  await choice?.click();
  await decide(popup, 'Allow');
  await person.page.waitForFunction(
    (digits) =>
      [...document.querySelectorAll('alpaca-connect')].some((one) =>
        [...(one.shadowRoot?.querySelectorAll('.list > li') ?? [])].some((row) =>
          row.textContent?.includes(digits),
        ),
      ),
    { polling: 50 },
    number.slice(-4),
  );
  const connections = await connectionsOf(person);
  return connections.find(({ account }) => account.number === number) as Connection;
}

function connectionsOf({ page }: Person): Promise<Connection[]> {
  return page.evaluate(() => [
    ...(document.querySelector('alpaca-connect') as unknown as { connections: Connection[] }).connections,
  ]);
}

const numbers = async (person: Person) => (await connectionsOf(person)).map(({ account }) => account.number);

/** What the page gets for an order through the element: the status, and what the server or Alpaca says. */
function order({ page }: Person, symbol: string, connection?: string) {
  return page.evaluate(
    async (what: string, id: string | undefined) => {
      const element = document.querySelector('alpaca-connect') as unknown as {
        fetch(api: string, path: string, init: object): Promise<Response>;
      };
      const answer = await element.fetch('paper', '/v2/orders', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ symbol: what, qty: '1', side: 'buy', type: 'market', time_in_force: 'day' }),
        ...(id && { connection: id }),
      });
      return { ...((await answer.json()) as object), status: answer.status };
    },
    symbol,
    connection,
  );
}

/** Listens to the stream of one account; the symbols that are told go into `window.told[id]`. */
function listen({ page }: Person, connection: string): Promise<void> {
  return page.evaluate(async (id) => {
    const told: string[] = [];
    Object.assign(window, { told: { ...(window as { told?: object }).told, [id]: told } });
    const element = document.querySelector('alpaca-connect') as unknown as {
      stream(environment: string, options: object): AsyncIterable<StreamEvent>;
    };
    const events = element.stream('paper', { connection: id })[Symbol.asyncIterator]();
    for (;;) {
      const { value } = await events.next();
      if (value?.type === 'status' && value.state === 'open') break;
    }
    void (async () => {
      for (;;) {
        const { value, done } = await events.next();
        if (done) return;
        told.push(value.type === 'update' ? value.update.order.symbol : value.type);
      }
    })();
  }, connection);
}

function told({ page }: Person, connection: string): Promise<string[]> {
  return page.evaluate(
    (id) => [...new Set((window as unknown as { told: Record<string, string[]> }).told[id])],
    connection,
  );
}

it.each([
  ['the server’s own site', () => stage.url],
  ['another site', () => stage.foreignUrl],
])(
  'on a page of %s, two accounts stand side by side: orders, streams and Disconnect are each of one of them',
  async (_, site) => {
    const person = await Person.at(chromium.browser, `${site()}/`);
    await person.sees('idle');
    const first = await connect(person, FIRST);
    const second = await connect(person, SECOND);
    expect(await numbers(person)).toEqual([FIRST, SECOND]);

    await listen(person, first.id);
    await listen(person, second.id);
    expect(await order(person, 'KO')).toMatchObject({ status: 409, code: 'connection_ambiguous' });
    expect((await order(person, 'AAPL', first.id)).status).toBe(200);
    expect((await order(person, 'DIS', second.id)).status).toBe(200);
    await expect.poll(() => told(person, first.id), { timeout: 15_000 }).toContain('AAPL');
    await expect.poll(() => told(person, second.id), { timeout: 15_000 }).toContain('DIS');
    expect(await told(person, first.id)).toEqual(['AAPL']);
    expect(await told(person, second.id)).toEqual(['DIS']);

    const tab = await person.inAnotherTab(`${site()}/`);
    await tab.sees('connected');
    expect(await numbers(tab)).toEqual([FIRST, SECOND]);
    await tab.press('Disconnect Account ending in ESK1 Paper');
    await expect.poll(() => numbers(tab)).toEqual([SECOND]);
    await expect.poll(() => numbers(person)).toEqual([SECOND]);
    await expect.poll(() => told(person, first.id), { timeout: 15_000 }).toContain('end');
    expect(await told(person, second.id)).toEqual(['DIS']);

    await person.page.bringToFront();
    await person.page.reload();
    await person.sees('connected');
    expect(await numbers(person)).toEqual([SECOND]);
    expect((await order(person, 'DIS')).status).toBe(200);
    await person.page.browserContext().close();
  },
);
