import { describe, expect, it } from 'vitest';
import { compactCss, compactHtml } from '../../../widget/build/compact-templates.ts';

describe('compactCss()', () => {
  it('keeps nothing but what means something', () => {
    expect(compactCss('\n  a,\n  b {\n    margin: 0 auto;\n    color: red;\n  }\n')).toBe(
      'a,b{margin:0 auto;color:red}',
    );
  });
});

describe('compactHtml()', () => {
  it.each([
    ['between tags', '<p>\n  <b>x</b>\n</p>', '<p><b>x</b></p>'],
    ['around a value', '\n    ', ''],
    ['before a tag that ends', 'a"\n>', 'a">'],
  ])('drops a line break %s', (_, html, expected) => {
    expect(compactHtml(html)).toBe(expected);
  });

  it.each([
    ['two attributes', '<a\n  b="c"', '<a b="c"'],
    ['a value and an attribute', '\n  part="dialog"', ' part="dialog"'],
  ])('parts %s with one space', (_, html, expected) => {
    expect(compactHtml(html)).toBe(expected);
  });

  it('leaves spaces within a line', () => {
    expect(compactHtml('<b>a</b> <b>b</b>')).toBe('<b>a</b> <b>b</b>');
  });
});
