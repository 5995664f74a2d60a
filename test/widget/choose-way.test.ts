import { afterEach, describe, expect, it, vi } from 'vitest';
import { canReturn, chooseWay } from '../../widget/choose-way.ts';

afterEach(() => vi.unstubAllGlobals());

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0';

/** What the server said: this page may return. */
const listed = { returnPages: ['https://page.example/', 'https://page.example/desk'] };

function stubBrowser({ userAgent = '', standalone = false, isolated = false, framed = false } = {}) {
  const window = {};
  vi.stubGlobal('window', Object.assign(window, { top: framed ? {} : window }));
  vi.stubGlobal('navigator', { userAgent, standalone });
  vi.stubGlobal('crossOriginIsolated', isolated);
  vi.stubGlobal('location', { origin: 'https://page.example', pathname: '/desk' });
}

describe('chooseWay()', () => {
  it.each([
    ['Safari on a phone', `${PHONE} Version/18.5 Mobile/15E148 Safari/604.1`],
    ['Chrome on a phone', `${PHONE} CriOS/137.0.7151.34 Mobile/15E148 Safari/604.1`],
    ['Chrome on Android', `${ANDROID} Mobile Safari/537.36`],
    [
      'Chrome',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    ],
    [
      'Safari',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    ],
    ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'],
  ])('takes a popup in %s', (_, userAgent) => {
    stubBrowser({ userAgent });
    expect(chooseWay('auto', listed)).toBe('popup');
  });

  it.each([
    ['Instagram on a phone', `${PHONE} Mobile/15E148 Instagram 380.0`],
    ['Facebook on a phone', `${PHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/510.0]`],
    ['a web view on a phone', `${PHONE} Mobile/15E148`],
    ['a web view on Android', `${ANDROID.replace('Pixel 9', 'Pixel 9; wv')} Mobile Safari/537.36`],
    ['Facebook on Android', `${ANDROID} Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/510.0]`],
    ['LINE', `${PHONE} Safari Line/15.8.0`],
    ['WeChat', `${ANDROID} Mobile Safari/537.36 MicroMessenger/8.0.60`],
  ])('takes this tab inside of %s', (_, userAgent) => {
    stubBrowser({ userAgent });
    expect(chooseWay('auto', listed)).toBe('redirect');
  });

  it('takes this tab in an app on the home screen, and on a page isolated from its windows', () => {
    stubBrowser({ standalone: true });
    expect(chooseWay('auto', listed)).toBe('redirect');
    stubBrowser({ isolated: true });
    expect(chooseWay('auto', listed)).toBe('redirect');
  });

  it('takes a popup from a frame, which cannot go to Alpaca itself', () => {
    stubBrowser({ isolated: true, framed: true });
    expect(chooseWay('auto', listed)).toBe('popup');
  });

  it.each([
    ['that lists no page', { returnPages: [] }],
    ['that lists another page', { returnPages: ['https://page.example/', 'https://page.example/desk/'] }],
    ['that did not answer yet', undefined],
  ])('stays with the popup at a server %s', (_, answer) => {
    stubBrowser({ isolated: true });
    expect(chooseWay('auto', answer)).toBe('popup');
    expect(canReturn(answer)).toBe(false);
  });

  it('does as it is told', () => {
    stubBrowser({ isolated: true });
    expect(chooseWay('popup')).toBe('popup');
    stubBrowser();
    expect(chooseWay('redirect')).toBe('redirect');
  });
});
