/** The languages that the server has a file for. English needs none. */
export const LANGUAGES = ['es', 'pt', 'fr', 'de', 'it', 'ja', 'ko', 'zh', 'ar'] as const;

export type Language = 'en' | (typeof LANGUAGES)[number];

/**
 * The language in which an element speaks: the nearest one that it or something around it declares with `lang`, across
 * shadow roots, as far as there is a translation. Regions and scripts do not count: `pt-BR` is `pt`.
 */
export function languageOf(element: Element): Language {
  const declaring = element.closest<HTMLElement>('[lang]');
  const root = element.getRootNode();
  if (!declaring && root instanceof ShadowRoot) return languageOf(root.host);
  const primary = declaring?.lang.split('-')[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === primary) ?? 'en';
}
