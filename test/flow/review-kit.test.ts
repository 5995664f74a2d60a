import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT } from '../../demo/simulator/index.ts';
import { makeReviewKit } from '../review-kit/run.ts';
import { openBrowser } from './open-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'review-kit-'));
const read = (file: string) => readFileSync(join(folder, file));
const page = () => read('index.html').toString();

beforeAll(async () => {
  await makeReviewKit(
    {
      APP_NAME: 'Harbour & <Trading>',
      APP_URL: 'https://harbour.example/about',
      APP_DISCLOSURE: 'review',
      ALPACA_SCOPES: 'trading',
      // None of the app's own: the kit goes nowhere with it, and shows none of it.
      ALPACA_CLIENT_ID: 'f'.repeat(32),
      ALPACA_CLIENT_SECRET: 'a-secret-of-the-app',
      REDIS_URL: 'rediss://user:a-password-of-the-app@redis.example:6379',
      SESSION_KEYS: 'a-key-of-the-app',
    },
    folder,
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the review kit', () => {
  it('has a picture of each step at both widths, all different from the one before', () => {
    const steps = ['before', 'disclosure', 'refused', 'consent', 'denied', 'connected', 'disconnected'];
    for (const device of ['desktop', 'phone']) {
      const files = steps.map((step, index) => `${device}-${index + 1}-${step}.png`);
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(files));
      for (const file of files) expect(page()).toContain(`src="${file}"`);
      const pictures = files.map((file) => read(file).toString('base64'));
      for (const [index, picture] of pictures.entries()) expect(picture).not.toBe(pictures[index - 1]);
    }
  });

  it('has the texts that people read, escaped', () => {
    expect(page()).toContain('Authorize Harbour &amp; &lt;Trading&gt;');
    expect(page()).toContain('Alpaca does not warrant or guarantee that');
    expect(page()).toContain('place, change and cancel orders at your direction');
    expect(page()).toContain('Place, change and cancel orders for you');
    expect(page()).not.toContain('<Trading>');
    expect(read('data-flow.svg').toString()).toContain('Harbour &amp; &lt;Trading&gt;');
  });

  it('lists what the asked permissions open, and nothing of the others', () => {
    expect(page()).toContain('<code>POST /v2/orders</code>');
    expect(page()).not.toContain('<code>POST /v2/watchlists</code>');
    expect(page()).not.toContain('/v2/stocks/bars');
    expect(page()).not.toContain('POST /v2/wallets/transfers');
  });

  it('says what is left to do with these settings', () => {
    expect(page()).toContain('Set ALPACA_LIVE=approved after the approval, and not before.');
    expect(page()).not.toContain('Set APP_DISCLOSURE=review');
    expect(page()).toContain('(Redis)');
  });

  it('has a video that plays through the flow', async () => {
    await using chromium = await openBrowser();
    const viewer = await chromium.browser.newPage();
    const film = `data:video/webm;base64,${read('connect-flow.webm').toString('base64')}`;
    const [seconds, width, height] = await viewer.evaluate(async (src) => {
      const video = Object.assign(document.createElement('video'), { src });
      await new Promise((resolve) => video.addEventListener('loadeddata', resolve));
      // A recording does not say how long it is: its end does.
      video.currentTime = 1e9;
      await new Promise((resolve) => video.addEventListener('seeked', resolve));
      return [video.currentTime, video.videoWidth, video.videoHeight];
    }, film);
    expect(seconds).toBeGreaterThan(10);
    expect([width, height]).toEqual([1280, 800]);
  });

  it('holds no secret, neither the app’s nor the simulator’s', () => {
    expect(read('review.pdf').subarray(0, 5).toString()).toBe('%PDF-');
    for (const file of readdirSync(folder)) {
      const bytes = read(file).toString('latin1');
      expect(bytes).not.toContain(SIMULATOR_CLIENT.clientSecret);
      expect(bytes).not.toContain('of-the-app');
      expect(bytes).not.toContain('f'.repeat(32));
    }
  });
});
