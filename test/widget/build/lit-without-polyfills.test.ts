import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { litWithoutPolyfills } from '../../../widget/build/lit-without-polyfills.ts';

const { filter, handler } = litWithoutPolyfills.transform;

describe('litWithoutPolyfills', () => {
  it.each([
    '@lit/reactive-element/css-tag.js',
    '@lit/reactive-element/reactive-element.js',
    'lit-html/lit-html.js',
    'lit-element/lit-element.js',
  ])(
    'finds what it leaves out in %s as installed, and fails the build when a later one has it no more',
    (name) => {
      const { pathname } = new URL(`../../../node_modules/${name}`, import.meta.url);
      const code = readFileSync(pathname, 'utf8');
      expect(filter.id.test(pathname)).toBe(true);
      const without = handler(code, pathname);
      expect(without).not.toMatch(/PolyfillSupport|HydrateSupport|ShadyCSS/);
      expect(() => handler(without, pathname)).toThrow('lit-without-polyfills.ts');
    },
  );

  it('leaves alone what is not for the script tag', () => {
    expect(litWithoutPolyfills.applyToEnvironment({ name: 'script' })).toBe(true);
    expect(litWithoutPolyfills.applyToEnvironment({ name: 'lit' })).toBe(false);
  });
});
