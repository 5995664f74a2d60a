import type { en } from './en.ts';

type English = typeof en;

/** Every sentence of the element in one language. */
export type Messages = { readonly [Group in keyof English]: Readonly<Record<keyof English[Group], string>> };

/** Some of the sentences, to replace those of the language. */
export type SomeMessages = { readonly [Group in keyof Messages]?: Partial<Messages[Group]> };

/** `messages` with those of `some` in place of its own. */
export function withMessages(messages: Messages, some: SomeMessages = {}): Messages {
  const groups = Object.entries(messages).map(([group, sentences]) => [
    group,
    { ...sentences, ...some[group as keyof Messages] },
  ]);
  return Object.fromEntries(groups);
}

/** Puts values in place of the words in braces. A word that there is no value for stays as it is. */
export function fillIn(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/{(\w+)}/g, (word, name: string) => values[name] ?? word);
}

/** The sentences with the name of whom the person connects through. */
export function namingProvider(messages: Messages, provider: string): Messages {
  const groups = Object.entries(messages).map(([group, sentences]) => [
    group,
    Object.fromEntries(Object.entries(sentences).map(([key, text]) => [key, fillIn(text, { provider })])),
  ]);
  return Object.fromEntries(groups);
}

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
