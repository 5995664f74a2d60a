import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPopup } from '../../../widget/popup/connect-in-popup.ts';

afterEach(() => vi.unstubAllGlobals());

function stubWindow(place: { screenX: number; screenY: number; outerWidth: number; outerHeight: number }) {
  const open = vi.fn<(url: string, name: string, features: string) => null>(() => null);
  vi.stubGlobal('window', { ...place, open });
  return open;
}

const desktop = { screenX: 100, screenY: 50, outerWidth: 1520, outerHeight: 960 };

describe('openPopup()', () => {
  it('centres the popup over the window', () => {
    const open = stubWindow(desktop);
    openPopup('https://server.example/alpaca/launch');
    expect(open).toHaveBeenCalledExactlyOnceWith(
      'https://server.example/alpaca/launch',
      expect.any(String),
      'popup,width=520,height=760,left=600,top=150',
    );
  });

  it('keeps it on the screen of a small window', () => {
    const open = stubWindow({ ...desktop, outerWidth: 400, outerHeight: 600 });
    openPopup('https://server.example/');
    expect(open.mock.calls[0]?.[2]).toContain('left=100,top=50');
  });

  it('gives every popup a name of its own, so that none takes over another’s window', () => {
    const open = stubWindow(desktop);
    openPopup('https://server.example/');
    openPopup('https://server.example/');
    expect(new Set(open.mock.calls.map(([, name]) => name)).size).toBe(2);
  });

  it('keeps the opener, which the handshake needs', () => {
    const open = stubWindow(desktop);
    openPopup('https://server.example/');
    expect(open.mock.calls[0]?.[2]).not.toMatch(/noopener|noreferrer/);
  });

  it('answers null when the browser blocked it', () => {
    stubWindow(desktop);
    expect(openPopup('https://server.example/')).toBeNull();
  });
});
