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
