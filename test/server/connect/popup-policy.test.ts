import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PopupPage } from '../../../server/connect/popup-page.ts';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

function directives(policy: string | null): Record<string, string> {
  return Object.fromEntries(
    (policy ?? '').split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
}

const SHA = expect.stringMatching(/^'sha256-[\w+/]{43}='$/);

describe("the popup's pages", () => {
  it('allow nothing but their own script, their own style and calls to their own server', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const launch = await visitor.visit(`${stage.url}/alpaca/launch?origin=${encodeURIComponent(stage.url)}`);
    expect(launch.status).toBe(200);
    expect(directives(launch.headers.get('content-security-policy'))).toEqual({
      'default-src': "'none'",
      'script-src': SHA,
      'style-src': SHA,
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
    });
    const refusal = await visitor.visit(`${stage.url}/alpaca/callback?code=c&state=s`);
    expect(refusal.status).toBe(400);
    expect(directives(refusal.headers.get('content-security-policy'))).toMatchObject({
      'script-src': "'none'",
    });
    for (const { headers } of [launch, refusal]) {
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('tell a refused opener by its origin, when it is one, and by nothing that it made up', async () => {
    await using stage = await openStage();
    const launch = async (origin: string) =>
      (await fetch(`${stage.url}/alpaca/launch?origin=${encodeURIComponent(origin)}`)).text();
    expect(await launch('https://shop.example')).toContain('https://shop.example may not connect');
    for (const origin of [
      'https://a&b',
      'https://shop.example/<b>',
      `https://${'a'.repeat(201)}`,
      'Call 555 0100',
    ]) {
      expect(await launch(origin)).toContain('This page may not connect');
    }
  });

  it('show a sentence as it is, entities included', async () => {
    const server = createServer((_request, response) =>
      new PopupPage().send(response, { message: 'a &lt; b <c>' }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const page = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      expect(await page.text()).toContain('>a &amp;lt; b &lt;c&gt;</p></main>');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
