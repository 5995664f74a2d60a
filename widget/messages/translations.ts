import { ar } from './ar.ts';
import { de } from './de.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { LANGUAGES } from './language-of.ts';
import type { Messages } from './messages.ts';
import { pt } from './pt.ts';
import { zh } from './zh.ts';

/** Every language but English. The build makes a file of each; nothing in the browser imports this. */
export const translations: Record<(typeof LANGUAGES)[number], Messages> = {
  es,
  pt,
  fr,
  de,
  it,
  ja,
  ko,
  zh,
  ar,
};
