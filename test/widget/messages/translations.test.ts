import { describe, expect, it } from 'vitest';
import { en } from '../../../widget/messages/en.ts';
import { LANGUAGES } from '../../../widget/messages/messages.ts';
import { translations } from '../../../widget/messages/translations.ts';

/** `group.key` of every sentence, with the words in braces that it has. */
function holes(messages: object): Record<string, string[]> {
  const all = Object.entries(messages).flatMap(([group, sentences]) =>
    Object.entries(sentences as Record<string, string>).map(([key, sentence]) => [
      `${group}.${key}`,
      [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort(),
    ]),
  );
  return Object.fromEntries(all);
}

describe.each(LANGUAGES)('the translation %s', (language) => {
  const messages = translations[language];

  it('has every sentence of the English one, with the same words to replace, and no other', () => {
    expect(holes(messages)).toEqual(holes(en));
  });

  it('leaves no sentence empty, and none in English', () => {
    const english = new Set(Object.values(en).flatMap((group): string[] => Object.values(group)));
    const sentences = Object.values(messages).flatMap((group): string[] => Object.values(group));
    expect(sentences.filter((sentence) => sentence.trim() === '' || english.has(sentence))).toEqual([]);
  });

  it('keeps what a site owner has to type as it is', () => {
    expect(messages.error.origin_not_allowed).toContain('EMBED_ORIGINS');
    expect(messages.error.opener_blocked).toContain('Cross-Origin-Opener-Policy: same-origin-allow-popups');
  });
});
