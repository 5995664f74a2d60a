// The exchange succeeds, and its answer does not reach the page: nothing is lost, and nobody is told that connecting failed.
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Edge } from '../edge.ts';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

let chromium: OpenBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
});
afterAll(() => chromium[Symbol.asyncDispose]());

let edge: Edge;
let stage: Stage;
beforeEach(async () => {
  edge = new Edge();
  stage = await openStage({ edge });
});
afterEach(() => stage[Symbol.asyncDispose]());

const exchange = { method: 'POST', path: '/alpaca/connections' };
const look = { method: 'GET', path: '/alpaca/connections' };

async function visit(): Promise<Person> {
  const person = await Person.at(chromium.browser, stage.neighbourUrl);
  await person.sees('idle');
  return person;
}

async function connect(person: Person): Promise<void> {
  await decide(await person.openPopup(), 'Allow');
}

/** Somebody who is connected, and has just allowed it again: the answers to `times` exchanges are going to be lost. */
async function connectAgain(times: number): Promise<Person> {
  const person = await visit();
  await connect(person);
  await person.sees('connected');
  const opened = popupOf(person);
  await person.page.evaluate(() => {
    const element = document.querySelector('alpaca-connect') as unknown as { connect(): Promise<unknown> };
    void element.connect().catch(() => {});
  });
  await person.press('Continue');
  edge.lost = { ...exchange, times };
  await decide(await opened, 'Allow');
  return person;
}

function popupOf(person: Person): Promise<Page> {
  return new Promise((resolve) => person.page.once('popup', (page) => resolve(page as Page)));
}

describe('an answer that is lost', () => {
  it('is asked for again: the person is connected, with one token call', async () => {
    const person = await visit();
    // Chromium itself asks again once, where the connection had been used before.
    edge.lost = { ...exchange, times: 3 };
    await connect(person);
    await person.sees('connected');
    expect(edge.lost.times).toBe(0);
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
    expect(stage.simulator.control.tokenCalls).toBe(1);
    expect(await person.heard()).not.toContain('alpaca-error:network');
  });

  it('costs nothing that was connected before, however often it is lost', async () => {
    const person = await connectAgain(Number.POSITIVE_INFINITY);
    await person.sees('error');
    await person.page.reload();
    await person.sees('connected');
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
  });

  it('leaves a person connected who reloads the page meanwhile', async () => {
    const person = await connectAgain(1);
    await expect.poll(() => edge.lost?.times).toBe(0);
    await person.page.reload();
    await person.sees('connected');
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
  });

  it('does not say that connecting failed when only the look that follows it fails', async () => {
    const person = await visit();
    edge.lost = { ...look, times: Number.POSITIVE_INFINITY };
    await connect(person);
    await person.sees('connected');
    expect(await person.heard()).not.toContain('alpaca-error:network');
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
  });
});
