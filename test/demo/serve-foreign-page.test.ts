import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { serveForeignPage } from '../../demo/serve-foreign-page.ts';

it('serveForeignPage() has every file that its page names, an icon among them', async () => {
  const server = await serveForeignPage('http://127.0.0.1:0');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const page = await (await fetch(url)).text();
    const own = [...page.matchAll(/(?:href|src)="(?!https?:)([^"]+)"/g)].map(([, path = '']) => path);
    expect(page).toMatch(/<link rel="icon" [^>]*href="icon\.svg"/);
    expect(own).toContain('icon.svg');
    for (const path of own) {
      const answer = await fetch(new URL(path, url));
      expect([path, answer.status]).toEqual([path, 200]);
      if (path.endsWith('.svg')) expect(answer.headers.get('content-type')).toContain('image/svg+xml');
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
