import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../widget/connect-error.ts';
import { enErrors } from '../../widget/messages/en-errors.ts';
import { LANGUAGES } from '../../widget/messages/language-of.ts';

const readme = readFileSync(new URL('../../widget/README.md', import.meta.url), 'utf8');
const manifest = JSON.parse(
  readFileSync(new URL('../../dist/custom-elements.json', import.meta.url), 'utf8'),
) as { modules: { declarations: Record<string, { name: string }[] | undefined>[] }[] };
const element = manifest.modules[0]?.declarations.find((one) => one['attributes']);

function documented(kind: string): string[] {
  return (element?.[kind] ?? []).map(({ name }) => name);
}

describe('widget/README.md', () => {
  it.each(['attributes', 'events', 'cssParts', 'cssProperties', 'slots'])(
    'names all %s of the manifest',
    (kind) => {
      expect(documented(kind).length).toBeGreaterThan(2);
      expect(documented(kind).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
    },
  );

  it('has a remedy for every error code', () => {
    expect([...CODES].sort()).toEqual(Object.keys(enErrors).sort());
    expect(CODES.filter((code) => !readme.includes(`| \`${code}\``))).toEqual([]);
  });

  it('names every language', () => {
    expect(LANGUAGES.filter((language) => !readme.includes(`\`${language}\``))).toEqual([]);
  });
});

describe('the manifest', () => {
  it('names every part, slot and custom property that the source has', () => {
    const read = (name: string) => readFileSync(new URL(`../../widget/${name}`, import.meta.url), 'utf8');
    const every = (text: string, pattern: RegExp) => [
      ...new Set([...text.matchAll(pattern)].map(([, name]) => name)),
    ];
    const view = read('alpaca-connect-view.ts');
    expect(documented('cssParts').sort()).toEqual(every(view, /part="(\w+)"/g).sort());
    expect(documented('slots').sort()).toEqual(every(view, /<slot name="(\w+)"/g).sort());
    const properties = every(read('alpaca-connect-styles.ts'), /var\((--alpaca-connect-[\w-]+)/g);
    expect(documented('cssProperties').sort()).toEqual(properties.sort());
  });
});
