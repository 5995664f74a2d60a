import { describe, expect, it } from 'vitest';
import { ALPACA, type Provider, scopeFor, scopeFrom } from '../../server/providers.ts';

const broker = {
  id: 'acme',
  scopeNames: new Map([
    ['trading', 'general'],
    ['data', 'general'],
    ['account:write', 'settings'],
  ]),
  readScope: undefined,
} as unknown as Provider;
const onlyData = { ...broker, scopeNames: new Map([['data', 'general']]) };
const readers = { ...broker, readScope: 'general' };
const alpaca = { ...broker, id: ALPACA, scopeNames: new Map() };

describe('scopeFor()', () => {
  it.each([
    [broker, 'trading data', 'general'],
    [broker, 'account:write trading', 'settings general'],
    [broker, '', ''],
    [readers, '', 'general'],
    [readers, 'account:write', 'general settings'],
    [alpaca, 'trading data', 'trading data'],
  ])('asks in the provider’s words', (provider, asked, expected) => {
    expect(scopeFor(provider, asked)).toBe(expected);
  });
});

describe('scopeFrom()', () => {
  it.each([
    ['gives what was asked where one word means several', broker, 'general', 'trading', 'trading'],
    ['gives both where both were asked', broker, 'general', 'trading data', 'trading data'],
    ['gives less where less was granted', broker, 'settings', 'trading account:write', 'account:write'],
    ['keeps a word that it does not know', broker, 'general,margin', 'trading', 'trading margin'],
    [
      'opens nothing that was not asked for, however it is spelt',
      onlyData,
      'general trading',
      'data',
      'data',
    ],
    ['opens nothing by a word that means nothing here', broker, 'trading', 'data', ''],
    ['does not show the word for reading as a permission', readers, 'general', '', ''],
    ['takes no answer for all that was asked', broker, undefined, 'trading data', 'trading data'],
    ['takes an empty answer of a partner for all that was asked', broker, '', 'trading', 'trading'],
    ['takes an empty answer of Alpaca for reading', alpaca, '', 'trading', ''],
    ['keeps what Alpaca granted beyond that', alpaca, 'data trading', 'trading', 'data trading'],
  ])('%s', (_, provider, granted, asked, expected) => {
    expect(scopeFrom(provider, granted, asked)).toBe(expected);
  });
});
