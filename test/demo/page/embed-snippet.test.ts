import { describe, expect, it } from 'vitest';
import { snippetFor } from '../../../demo/page/embed-snippet.ts';

describe('snippetFor()', () => {
  it('is two tags that load this very button from this server', () => {
    expect(snippetFor('https://connect.example', 'sha384-abc')).toBe(
      '<script type="module" src="https://connect.example/alpaca/connect.js" integrity="sha384-abc" crossorigin></script>\n' +
        '<alpaca-connect environment="paper"></alpaca-connect>',
    );
  });
});
