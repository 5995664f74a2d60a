/** In which file of Lit, what, and what stands in its place. */
const REPLACED = [
  ['css-tag', /\w+\.ShadowRoot&&.*?"replace"in CSSStyleSheet\.prototype/g, 'true'],
  ['reactive-element', /\w+\.reactiveElementPolyfillSupport/g, 'undefined'],
  ['lit-html', /\w+\.litHtmlPolyfillSupport/g, 'undefined'],
  ['lit-element', /\w+\.litElement(?:Polyfill|Hydrate)Support/g, 'undefined'],
] as const;

/**
 * Leaves out of the Lit inside of a bundle what is there for browsers without shadow DOM or `adoptedStyleSheets`, which lack
 * more that the element needs, and the hooks by which polyfills and hydration of the page would change it.
 */
export const litWithoutPolyfills = {
  name: 'lit-without-polyfills',
  applyToEnvironment: ({ name }: { name: string }) => name === 'script',
  transform: {
    filter: { id: /\/(?:css-tag|reactive-element|lit-html|lit-element)\.js$/ },
    /** @throws Error when this version of Lit has something else there. */
    handler(code: string, id: string): string {
      return REPLACED.filter(([file]) => id.endsWith(`/${file}.js`)).reduce(
        (before, [, pattern, replacement]) => {
          const after = before.replace(pattern, replacement);
          if (after === before)
            throw new Error(`${id} asks in a new way what there is: see lit-without-polyfills.ts.`);
          return after;
        },
        code,
      );
    },
  },
};
