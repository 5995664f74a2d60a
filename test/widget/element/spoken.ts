import { en as sentences } from '../../../widget/messages/en.ts';
import { type Messages, namingProvider } from '../../../widget/messages/messages.ts';
import { translations } from '../../../widget/messages/translations.ts';

/** The sentences as an element says them that connects through Alpaca itself. */
export const en = namingProvider(sentences, 'Alpaca');

/** The same in the other languages. */
export const spoken = Object.fromEntries(
  Object.entries(translations).map(([language, messages]) => [language, namingProvider(messages, 'Alpaca')]),
) as Record<keyof typeof translations, Messages>;
