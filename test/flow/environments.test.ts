import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_ACCOUNTS } from '../../demo/simulator/index.ts';
import type { Environment } from '../../server/contract.ts';
import { openStage, type Stage, type StageOptions } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

let chromium: OpenBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
});
afterAll(() => chromium[Symbol.asyncDispose]());

/** A person who allowed the first account that Alpaca offers of each environment. */
async function allowed(environment: string, options: StageOptions = {}) {
  const stage: Stage = await openStage({ attributes: `environment="${environment}"`, ...options });
  const person = await Person.at(chromium.browser, stage.url);
  await person.sees('idle');
  await decide(await person.openPopup(), 'Allow');
  return { stage, person };
}

/** What each shown account says, without the space around it. */
function accounts({ page }: Person): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('alpaca-connect')?.shadowRoot;
    const parts = [...(root?.querySelectorAll<HTMLElement>('[part~="account"]') ?? [])];
    return parts.map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim() ?? '');
  });
}

function numbers(environment: Environment): string[] {
  return SIMULATOR_ACCOUNTS.filter((account) => account.environment === environment).map(
    ({ number }) => number,
  );
}

describe('the element shows which account is connected', () => {
  it.each<[string, [Environment, string][]]>([
    ['paper', [['paper', 'Paper']]],
    ['live', [['live', 'Live']]],
    [
      'both',
      [
        ['paper', 'Paper'],
        ['live', 'Live'],
      ],
    ],
  ])('with environment="%s", by one consent', async (environment, expected) => {
    const { stage, person } = await allowed(environment);
    await using _ = stage;
    await person.sees('connected');
    const shown = await accounts(person);
    expect(shown).toHaveLength(expected.length);
    for (const [index, [one, badge]] of expected.entries()) {
      expect(shown[index]).toContain(badge);
      expect(numbers(one).some((number) => shown[index]?.includes(number.slice(-4)))).toBe(true);
      expect(await person.fetchStatus(one, '/v2/account')).toBe(200);
    }
    const text = await person.text();
    for (const number of [...numbers('paper'), ...numbers('live')]) expect(text).not.toContain(number);
  });
});

describe('the rule for live accounts', () => {
  it('that offers none refuses before Alpaca is asked, and says why', async () => {
    await using stage = await openStage({
      attributes: 'environment="live"',
      environment: { ALPACA_ENVIRONMENTS: 'paper', ALPACA_LIVE: 'off' },
    });
    const person = await Person.at(chromium.browser, stage.url);
    await person.sees('idle');
    await person.pressConnect();
    await person.press('Continue');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:live_not_allowed');
    expect(await person.text()).toContain('connects paper accounts only');
    expect(stage.simulator.control.requests).toEqual([]);
  });

  it('that knows the developer only refuses everybody else, and says why', async () => {
    const { stage, person } = await allowed('live', {
      environment: { ALPACA_LIVE: 'developer', ALPACA_DEVELOPER_ACCOUNTS: '999999999' },
    });
    await using _ = stage;
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:live_not_allowed');
    expect(await person.text()).toContain('ALPACA_DEVELOPER_ACCOUNTS');
    expect(await person.fetchStatus('live', '/v2/account')).toBe(401);
  });
});
