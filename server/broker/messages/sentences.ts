import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type Messages } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { Language } from './languages.ts';
import { pt } from './pt.ts';
import { zh } from './zh.ts';

const ALL: Readonly<Record<Language, Messages>> = { en, es, pt, fr, de, it, ja, ko, zh, ar };

/** All sentences in a language. */
export function sentences(language: Language): Messages {
  return ALL[language];
}

/** Puts values in place of the words in braces. A word that there is no value for stays as it is. */
export function fillIn(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/{(\w+)}/g, (word, name: string) => values[name] ?? word);
}
