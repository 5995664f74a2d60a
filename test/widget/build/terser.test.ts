import { describe, expect, it } from 'vitest';
import { terser } from '../../../widget/build/terser.ts';

describe('terser', () => {
  it('shortens the names of the inside of Lit, but for those by which copies know each other', async () => {
    const bundle = {
      'connect.js': {
        code: 'export const inside = (part) => part._$committedValue + part._$litPart$ + part.options;',
      },
      'styles.css': {},
    };
    await terser.generateBundle({}, bundle);
    expect(bundle['connect.js'].code).toMatch(/=>\w+\.\w{1,2}\+\w+\._\$litPart\$\+\w+\.options;/);
    expect(bundle['styles.css']).toEqual({});
  });

  it('is for the two files of the script tag', () => {
    const names = ['script', 'streamClient', 'modules', 'core', 'lit'];
    expect(names.filter((name) => terser.applyToEnvironment({ name }))).toEqual(['script', 'streamClient']);
  });
});
