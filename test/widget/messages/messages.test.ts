import { describe, expect, it } from 'vitest';
import { en } from '../../../widget/messages/en.ts';
import { fillIn, withMessages } from '../../../widget/messages/messages.ts';

describe('withMessages()', () => {
  it('replaces the sentences that are given, and leaves the others', () => {
    const messages = withMessages(en, { label: { connect: 'Link' } });
    expect(messages.label).toEqual({ ...en.label, connect: 'Link' });
    expect(messages.error).toEqual(en.error);
  });
});

describe('fillIn()', () => {
  it('puts values in, as they are', () => {
    expect(fillIn('{app} and {app}', { app: '$& <b>' })).toBe('$& <b> and $& <b>');
  });

  it('leaves a word that it has no value for', () => {
    expect(fillIn('{app} {other}', { app: 'A' })).toBe('A {other}');
  });
});
