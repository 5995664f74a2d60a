import type { Language } from './language-of.ts';
import type { SomeMessages } from './messages.ts';

const requested = new Map<string, Promise<SomeMessages | undefined>>();

/**
 * The sentences of a language, from the server that the element talks to: data, not code, so that a page's CSP needs to
 * allow no further script. Asked for once per page. Undefined when it cannot be had.
 *
 * @param server URL where the router is mounted, without a slash at the end.
 */
export function translation(server: string, language: Language): Promise<SomeMessages | undefined> {
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
