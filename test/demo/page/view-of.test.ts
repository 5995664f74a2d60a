import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../demo/page/view-of.ts';

describe('viewOf()', () => {
  it('shows nothing new until the element knows', () => {
    expect(viewOf('loading')).toBe('starting');
  });

  it('shows the account only while it is connected', () => {
    expect(viewOf('connected')).toBe('dashboard');
  });

  it.each(['idle', 'disclosing', 'opening', 'waiting', 'finishing', 'expired', 'error'] as const)(
    'shows the landing when the element is %s',
    (state) => {
      expect(viewOf(state)).toBe('landing');
    },
  );
});
