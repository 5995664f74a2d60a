import { describe, expect, it } from 'vitest';
import { type Glance, PopupVerdict } from '../../widget/popup-verdict.ts';

const STEP_MS = 150;

/** Looks at every step, each time at what the next entry says, and tells the first verdict that is final. */
function judge(verdict: PopupVerdict, glances: Omit<Glance, 'at'>[], step = STEP_MS): string {
  for (const [index, glance] of glances.entries()) {
    const judged = verdict.look({ ...glance, at: index * step });
    if (judged !== 'open' && judged !== 'gone') return judged;
  }
  return 'undecided';
}

const times = <T>(count: number, glance: T): T[] => Array.from({ length: count }, () => glance);
const launchPage = { closed: false, frames: 1 };
const providerPage = { closed: false, frames: 0 };
const looksClosed = { closed: true, frames: 0 };

function launched(): PopupVerdict {
  const verdict = new PopupVerdict();
  verdict.heard();
  verdict.launched();
  return verdict;
}

describe('PopupVerdict, where the focus tells', () => {
  it('calls a popup closed when the page has the focus back for 800 ms', () => {
    const glances = [
      ...times(4, { ...providerPage, focused: false }),
      ...times(8, { ...looksClosed, focused: true }),
    ];
    expect(judge(launched(), glances)).toBe('closed');
  });

  it('does not call it closed sooner', () => {
    const glances = [
      ...times(4, { ...providerPage, focused: false }),
      ...times(6, { ...looksClosed, focused: true }),
    ];
    expect(judge(launched(), glances)).toBe('undecided');
  });

  it('waits a moment for the focus to come back', () => {
    const glances = [
      { ...providerPage, focused: false },
      { ...looksClosed, focused: false },
      ...times(8, { ...looksClosed, focused: true }),
    ];
    expect(judge(launched(), glances)).toBe('closed');
  });

  it('calls a popup severed when the focus stays away', () => {
    const glances = [{ ...launchPage, focused: false }, ...times(9, { ...looksClosed, focused: false })];
    expect(judge(launched(), glances)).toBe('severed');
  });

  it('calls a popup severed that a later page of the provider cuts off', () => {
    const glances = [
      ...times(6, { ...providerPage, focused: false }),
      ...times(9, { ...looksClosed, focused: false }),
    ];
    expect(judge(launched(), glances)).toBe('severed');
  });

  it('blames the page when the popup was cut off before it could speak', () => {
    expect(judge(new PopupVerdict(), times(9, { ...looksClosed, focused: false }))).toBe('opener_blocked');
  });

  it('does not blame the page when the person closed the popup at once', () => {
    const glances = [{ ...providerPage, focused: false }, ...times(8, { ...looksClosed, focused: true })];
    expect(judge(new PopupVerdict(), glances)).toBe('closed');
  });
});

describe('PopupVerdict, where the page always has the focus', () => {
  const focused = true;

  it('calls a popup closed that showed the provider before', () => {
    const glances = [
      { ...launchPage, focused },
      ...times(4, { ...providerPage, focused }),
      ...times(8, { ...looksClosed, focused }),
    ];
    expect(judge(launched(), glances)).toBe('closed');
  });

  it('calls a popup severed that was lost on the way to the provider', () => {
    const glances = [
      { ...launchPage, focused },
      { ...looksClosed, focused },
    ];
    expect(judge(launched(), glances)).toBe('severed');
  });

  it('is not fooled by the frame that goes just before a severing navigation', () => {
    const glances = [
      { ...launchPage, focused },
      ...times(3, { ...providerPage, focused }),
      { ...looksClosed, focused },
    ];
    expect(judge(launched(), glances, 20)).toBe('severed');
  });

  it('calls a popup closed that never finished the handshake', () => {
    const verdict = new PopupVerdict();
    verdict.heard();
    expect(judge(verdict, [{ ...launchPage, focused }, ...times(8, { ...looksClosed, focused })])).toBe(
      'closed',
    );
  });
});
