import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { styleSheet } from '../../../widget/build/style-sheet.ts';

const { filter, handler } = styleSheet.transform;
const styles = new URL('../../../widget/alpaca-connect-styles.ts', import.meta.url);
const source = readFileSync(styles, 'utf8');

/** Every name of a custom property, in order. */
function customProperties(text: string): string[] {
  return [...new Set(text.match(/--[\w-]+/g))].sort();
}

describe('styleSheet', () => {
  it('makes the styles a style sheet, with each custom property that they have', () => {
    const code = handler(source);
    const made = /export const styles = Object\.assign\(new CSSStyleSheet\(\), \{ cssText: ":host\{/;
    expect(code).toMatch(made);
    expect(code).toContain('styles.replaceSync(styles.cssText);');
    expect(code).not.toContain('css`');
    expect(customProperties(code)).toEqual(customProperties(source));
    expect(filter.id.test(styles.pathname)).toBe(true);
  });

  it('is for the script tag only: the modules of the package may be imported on a server', () => {
    expect(styleSheet.applyToEnvironment({ name: 'script' })).toBe(true);
    expect(styleSheet.applyToEnvironment({ name: 'modules' })).toBe(false);
  });

  it('fails the build when the styles are written in another way, or are no CSS', () => {
    expect(() => handler(source.replace('css`', 'css`$'))).toThrow('style-sheet.ts');
    expect(() => handler(source.replace('styles = css', 'styles = more.css'))).toThrow('style-sheet.ts');
    expect(() => handler(source.replace(':host {', ':host( {'))).toThrow(/Unexpected/);
  });
});
