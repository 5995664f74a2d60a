import { en } from './en.ts';
import type { Language } from './language-of.ts';
import { type Messages, type SomeMessages, withMessages } from './messages.ts';
import { translation } from './translation.ts';

/** What one element says: English until its language is there, and the page's own words before both. */
export class Speech {
  readonly #changed: () => void;
  #own: SomeMessages = {};
  #wanted: Language = 'en';
  #translated: Messages = en;
  /** What `messages` are in, for the `lang` of what shows them. */
  language: Language = 'en';
  messages: Messages = en;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The page's own words. */
  get own(): SomeMessages {
    return this.#own;
  }

  set own(own: SomeMessages) {
    this.#own = own;
    this.messages = withMessages(this.#translated, own);
    this.#changed();
  }

  /** Changes the language, as soon as its sentences have come from the server at this URL. */
  async speak(language: Language, server: string): Promise<void> {
    if (language === this.#wanted) return;
    this.#wanted = language;
    const translated = language === 'en' ? undefined : await translation(server, language);
    if (language !== this.#wanted) return;
    this.language = translated ? language : 'en';
    this.#translated = withMessages(en, translated);
    this.own = this.#own;
  }
}
