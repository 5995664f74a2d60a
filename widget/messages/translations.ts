import ar from './ar.json' with { type: 'json' };
import de from './de.json' with { type: 'json' };
import es from './es.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import it from './it.json' with { type: 'json' };
import ja from './ja.json' with { type: 'json' };
import ko from './ko.json' with { type: 'json' };
import type { LANGUAGES, Messages } from './messages.ts';
import pt from './pt.json' with { type: 'json' };
import zh from './zh.json' with { type: 'json' };

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
