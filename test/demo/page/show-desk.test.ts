import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../demo/page/show-desk.ts';

describe('viewOf()', () => {
  it('shows nothing new until an element knows', () => {
    expect(viewOf(['loading', 'idle'])).toBe('starting');
  });

  it('shows the desks while one account is connected', () => {
    expect(viewOf(['connected', 'loading'])).toBe('dashboard');
    expect(viewOf(['expired', 'connected'])).toBe('dashboard');
  });

  it.each(['idle', 'disclosing', 'opening', 'waiting', 'finishing', 'expired', 'error'] as const)(
    'shows the landing when every element is %s',
    (state) => {
      expect(viewOf([state, state])).toBe('landing');
    },
  );
});
