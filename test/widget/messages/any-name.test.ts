import { describe, expect, it } from 'vitest';
import { sentences } from '../../../server/broker/messages/sentences.ts';
import { LANGUAGES } from '../../../widget/messages/messages.ts';
import { translations } from '../../../widget/messages/translations.ts';

/** Every sentence of a language, of the element and of the pages of a broker's OAuth service. */
function sentencesOf(language: (typeof LANGUAGES)[number]): string[] {
  return [...Object.values(translations[language]), ...Object.values(sentences(language))].flatMap(
    (group): string[] => Object.values(group),
  );
}

/** What depends on how a name is written or spoken, or on its gender, so that it is wrong for some names. */
const WRONG: [(typeof LANGUAGES)[number], string, RegExp][] = [
  ['es', 'an article before a name', /\b(?:del|al|el|la) \{(?:app|provider|broker)\}/i],
  [
    'pt',
    'an article in front of a name',
    /(?:\b(?:da|do|na|no|ao|pela|pelo)|à|(?:^|\. )[AO]) \{(?:app|provider|broker)\}/,
  ],
  ['fr', 'a word that is elided before a vowel', /\b(?:de|que|le|la) \{(?:app|provider|broker)\}/i],
  [
    'fr',
    'a space that breaks the line before a colon or inside quotation marks',
    /[ \p{L})][:?!;»](?!\/)(?<!Policy:)|«(?!\u00a0)/u,
  ],
  ['de', 'a name as part of a compound', /\}-\p{L}|\p{L}-\{/u],
  ['it', 'a preposition that changes before a vowel', /\b(?:ad|ed) \{|\b(?:al|dal|il) \{date\}/i],
  ['ja', 'a space around a name', /\} |(?<!HTTP) \{/],
  [
    'ko',
    'a particle that depends on the last sound of a name',
    /\}(?:은|는|이|가|을|를|와|과|로|으로)(?!\()/,
  ],
  ['zh', 'a name without a space beside it', /\p{Script=Han}\{|\}\p{Script=Han}/u],
  ['zh', 'a comma of another script', /\p{Script=Han}[,.:;?!]/u],
  [
    'ar',
    'a name whose own punctuation would move to its other end',
    /(?<!\u2068)\{(?:app|provider|broker|scope|user)\}|\{\w+\}(?<=\u2068\{\w+\})(?!\u2069)/,
  ],
];

describe('whatever the app and the broker are called', () => {
  it.each(WRONG)('%s has no sentence with %s', (language, _what, pattern) => {
    expect(sentencesOf(language).filter((sentence) => pattern.test(sentence))).toEqual([]);
  });
});

describe.each(LANGUAGES)('the translation %s', (language) => {
  it('names the button that allows as the page of a broker does, and as Alpaca’s page does in English', () => {
    const { label, error } = translations[language];
    expect(sentences(language).consent.allow).toBe(label.allow);
    expect(error.access_denied).toContain(label.allow);
    expect(error.access_denied).toContain('Allow');
  });
});
