/** The languages of the pages. English comes first, and where nothing fits. */
export const LANGUAGES = ['en', 'es', 'pt', 'fr', 'de', 'it', 'ja', 'ko', 'zh', 'ar'] as const;

export type Language = (typeof LANGUAGES)[number];

/** TradingView's names of two languages, which are others in BCP 47 (`br` is Breton). */
const RENAMED: Readonly<Record<string, string>> = { br: 'pt', kr: 'ko' };

/** The first of the tags that there is a translation for. Regions and scripts do not count: `pt-BR` is `pt`. */
export function chooseLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const [primary = ''] = tag.trim().toLowerCase().split(/[-_;]/);
    const language = LANGUAGES.find((each) => each === (RENAMED[primary] ?? primary));
    if (language !== undefined) return language;
  }
  return 'en';
}
