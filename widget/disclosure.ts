import type { ConnectionsAnswer, RequestedEnvironment } from '../server/contract.ts';
import { fillIn } from './messages/fill-in.ts';
import type { Messages } from './messages/messages.ts';

/** What the person reads before the popup opens. */
export interface Disclosure {
  title: string;
  /** The integrator's own text in place of the widget's, as paragraphs. */
  own?: string[];
  intro: string;
  /** What the app will be able to do, one item per permission. */
  abilities: string[];
  notice: string;
  next: string;
}

/** Composes the disclosure for what is about to be asked: `scope` as the element asks for it, or all that the server offers; `way` is how the person gets to Alpaca. */
export function disclosureOf(
  { disclosure: text, scope: known }: Messages,
  { app, scopes, disclosure }: Pick<ConnectionsAnswer, 'app' | 'scopes' | 'disclosure'>,
  environment: RequestedEnvironment,
  scope = scopes.join(' '),
  way: 'popup' | 'redirect' = 'popup',
): Disclosure {
  const fill = (sentence: string) => fillIn(sentence, { app });
  const abilityOf = (one: string) =>
    Object.hasOwn(known, one) ? known[one as keyof typeof known] : fillIn(text.otherScope, { scope: one });
  return {
    title: fill(text.title),
    ...(disclosure === null ? {} : { own: disclosure.split(/\n\s*\n/) }),
    intro: fill(text[environment]),
    abilities: [text.read, ...scope.split(' ').filter(Boolean).map(abilityOf)],
    notice: fill(text.notice),
    next: way === 'popup' ? text.next : text.here,
  };
}
