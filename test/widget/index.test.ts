import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

describe('the package on a server', () => {
  it('is imported without a DOM, and defines nothing', async () => {
    const { AlpacaConnectElement, version } = await import('../../widget/index.ts');
    expect(AlpacaConnectElement.version).toBe(version);
    expect(globalThis.customElements?.get('alpaca-connect')).toBeUndefined();
  });

  it('lets define be imported there too', async () => {
    await expect(import('../../widget/define.ts')).resolves.toBeDefined();
  });

  it('has the version of package.json', async () => {
    const { version } = await import('../../widget/alpaca-connect-element.ts');
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(version).toBe(manifest.version);
  });
});
