import { describe, expect, it } from 'vitest';
import { PopupClassifier, type PopupSample } from '../../../widget/popup/watch-popup.ts';

const STEP_MS = 150;

/** Takes these samples, one at every step, and answers the first state that is final. */
function classify(classifier: PopupClassifier, samples: Omit<PopupSample, 'at'>[], step = STEP_MS): string {
  for (const [index, sample] of samples.entries()) {
    const state = classifier.classify({ ...sample, at: index * step });
    if (state !== 'open' && state !== 'gone') return state;
  }
  return 'undecided';
}

const times = <T>(count: number, sample: T): T[] => Array.from({ length: count }, () => sample);
const launchPage = { closed: false, frames: 1 };
const providerPage = { closed: false, frames: 0 };
const looksClosed = { closed: true, frames: 0 };

function launched(): PopupClassifier {
  const classifier = new PopupClassifier();
  classifier.heard();
  classifier.launched();
  return classifier;
}

describe('PopupClassifier, where the focus tells', () => {
  it('calls a popup closed when the page has the focus back for 800 ms', () => {
    const samples = [
      ...times(4, { ...providerPage, focused: false }),
      ...times(8, { ...looksClosed, focused: true }),
    ];
    expect(classify(launched(), samples)).toBe('closed');
  });

  it('does not call it closed sooner', () => {
    const samples = [
      ...times(4, { ...providerPage, focused: false }),
      ...times(6, { ...looksClosed, focused: true }),
    ];
    expect(classify(launched(), samples)).toBe('undecided');
  });

  it('waits a moment for the focus to come back', () => {
    const samples = [
      { ...providerPage, focused: false },
      { ...looksClosed, focused: false },
      ...times(8, { ...looksClosed, focused: true }),
    ];
    expect(classify(launched(), samples)).toBe('closed');
  });

  it('calls a popup severed when the focus stays away', () => {
    const samples = [{ ...launchPage, focused: false }, ...times(9, { ...looksClosed, focused: false })];
    expect(classify(launched(), samples)).toBe('severed');
  });

  it('calls a popup severed that a later page of the provider cuts off', () => {
    const samples = [
      ...times(6, { ...providerPage, focused: false }),
      ...times(9, { ...looksClosed, focused: false }),
    ];
    expect(classify(launched(), samples)).toBe('severed');
  });

  it('blames the page when the popup was cut off before it could speak', () => {
    expect(classify(new PopupClassifier(), times(9, { ...looksClosed, focused: false }))).toBe(
      'opener_blocked',
    );
  });

  it('does not blame the page when the person closed the popup at once', () => {
    const samples = [{ ...providerPage, focused: false }, ...times(8, { ...looksClosed, focused: true })];
    expect(classify(new PopupClassifier(), samples)).toBe('closed');
  });
});

describe('PopupClassifier, where the page always has the focus', () => {
  const focused = true;

  it('calls a popup closed that showed the provider before', () => {
    const samples = [
      { ...launchPage, focused },
      ...times(4, { ...providerPage, focused }),
      ...times(8, { ...looksClosed, focused }),
    ];
    expect(classify(launched(), samples)).toBe('closed');
  });

  it('calls a popup severed that was lost on the way to the provider', () => {
    const samples = [
      { ...launchPage, focused },
      { ...looksClosed, focused },
    ];
    expect(classify(launched(), samples)).toBe('severed');
  });

  it('is not fooled by the frame that goes just before a severing navigation', () => {
    const samples = [
      { ...launchPage, focused },
      ...times(3, { ...providerPage, focused }),
      { ...looksClosed, focused },
    ];
    expect(classify(launched(), samples, 20)).toBe('severed');
  });

  it('calls a popup closed that never finished the handshake', () => {
    const classifier = new PopupClassifier();
    classifier.heard();
    expect(classify(classifier, [{ ...launchPage, focused }, ...times(8, { ...looksClosed, focused })])).toBe(
      'closed',
    );
  });
});
