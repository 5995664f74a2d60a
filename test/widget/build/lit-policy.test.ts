import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { litPolicy } from '../../../widget/build/lit-policy.ts';

const lit = readFileSync(new URL('../../../node_modules/lit-html/lit-html.js', import.meta.url), 'utf8');

describe('litPolicy', () => {
  it('renames the policy of the Lit that is installed, and makes none at import', () => {
    const code = litPolicy.transform.handler(lit);
    expect(code).not.toContain('"lit-html"');
    expect(code).toMatch(/\{createHTML\(own\)\{return\(this\.policy\?\?=\w+\.createPolicy\("alpaca-connect"/);
    expect(litPolicy.transform.filter.id.test('/node_modules/lit-html/lit-html.js')).toBe(true);
  });

  it('fails the build when a later Lit makes its policy in another way', () => {
    const later = lit.replaceAll('createPolicy', 'makePolicy');
    expect(() => litPolicy.transform.handler(later)).toThrow('lit-policy.ts');
  });
});

describe('the built script', () => {
  it('makes its only policy under the name that the README says', () => {
    const script = readFileSync(new URL('../../../server/public/connect.js', import.meta.url), 'utf8');
    expect(script.match(/createPolicy\([^,]*/g)).toEqual(['createPolicy("alpaca-connect"']);
  });
});
