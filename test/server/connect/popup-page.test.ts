import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type PageContent, PopupPage } from '../../../server/connect/popup-page.ts';

async function answerOf(
  page: PopupPage,
  content: PageContent,
): Promise<{ headers: Headers; status: number; html: string }> {
  const server = createServer((_request, response) => page.send(response, content));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return { headers: answer.headers, status: answer.status, html: await answer.text() };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe('PopupPage', () => {
  it('sends what keeps the popup in touch with its opener, and out of caches, frames and referrers', async () => {
    const { headers } = await answerOf(new PopupPage('1'), { message: 'x' });
    expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('allows its own script and style by their hashes, and no other', async () => {
    const { headers, html } = await answerOf(new PopupPage('say("hällo")'), { message: 'x', data: {} });
    const policy = headers.get('content-security-policy') ?? '';
    const hash = (text: string | undefined) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`;
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(html)?.[1];
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
    expect(policy).toContain(`script-src ${hash(script)};`);
    expect(policy).toContain(`style-src ${hash(style)};`);
    expect(policy).not.toContain('unsafe-inline');
  });

  it('lets neither message nor data break out of their places', async () => {
    const evil = '</script></main><script>alert(1)</script><!--';
    const { html } = await answerOf(new PopupPage('1'), { message: evil, data: { evil } });
    expect(html).not.toContain('<script>alert');
    expect(html.match(/<script/g)).toHaveLength(2);
    const data = /id="alpaca-connect-data">(.*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(JSON.parse(data)).toEqual({ evil });
  });

  it('has a plain landmark, and in it the sentence as a status that its script can find', async () => {
    const { html } = await answerOf(new PopupPage('1'), { message: 'x', data: {} });
    expect(html).toContain('<main><p id="message" role="status">x</p></main>');
  });

  it('is a sentence and nothing else when there is no script', async () => {
    const { html, headers, status } = await answerOf(new PopupPage(), { status: 403, message: 'No.' });
    expect(status).toBe(403);
    expect(html).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain("script-src 'none'");
  });
});
