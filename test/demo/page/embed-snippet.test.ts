import { describe, expect, it } from 'vitest';
import { snippetFor } from '../../../demo/page/embed-snippet.ts';

describe('snippetFor()', () => {
  it('is two tags that load the button from this server', () => {
    expect(snippetFor('https://connect.example')).toBe(
      '<script type="module" src="https://connect.example/alpaca/connect.js"></script>\n' +
        '<alpaca-connect environment="paper"></alpaca-connect>',
    );
  });
});
