import { en } from './en.ts';
import { type Language, type Messages, type SomeMessages, withMessages } from './messages.ts';

const requested = new Map<string, Promise<SomeMessages | undefined>>();

/** The sentences of one element: English until its language has loaded, and the page's own in place of either. */
export class Localizer {
  readonly #changed: () => void;
  #overrides: SomeMessages = {};
  #wanted: Language = 'en';
  #translated: Messages = en;
  /** What `messages` are in, for the `lang` of what shows them. */
  language: Language = 'en';
  messages: Messages = en;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The page's own sentences. */
  get overrides(): SomeMessages {
    return this.#overrides;
  }

  set overrides(overrides: SomeMessages) {
    this.#overrides = overrides;
    this.messages = withMessages(this.#translated, overrides);
    this.#changed();
  }

  /** Changes the language, as soon as its sentences have come from the server at this URL. */
  async use(language: Language, server: string): Promise<void> {
    if (language === this.#wanted) return;
    this.#wanted = language;
    const translated = language === 'en' ? undefined : await translation(server, language);
    if (language !== this.#wanted) return;
    this.language = translated ? language : 'en';
    this.#translated = withMessages(en, translated);
    this.overrides = this.#overrides;
  }
}

/**
 * The sentences of a language, from the server that the element talks to: data, not code, so that a page's CSP needs to
 * allow no further script. Asked for once per page. Undefined when it cannot be had.
 *
 * @param server URL where the router is mounted, without a slash at the end.
 */
function translation(server: string, language: Language): Promise<SomeMessages | undefined> {
  const url = `${server}/messages/${language}.json`;
  const pending = requested.get(url) ?? fetchMessages(url);
  requested.set(url, pending);
  return pending;
}

/** Without the session cookie: everybody gets the same file. */
async function fetchMessages(url: string): Promise<SomeMessages | undefined> {
  try {
    const response = await fetch(url, { credentials: 'omit' });
    if (response.ok) return await response.json();
  } catch {
    // English will do.
  }
  requested.delete(url);
  return undefined;
}
