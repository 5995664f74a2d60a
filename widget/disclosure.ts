import type { ConnectionsAnswer, RequestedEnvironment } from '../server/contract.ts';
import { messages } from './messages.ts';

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

/** Composes the disclosure for what is about to be asked: `scope` as the element asks for it, or all that the server offers. */
export function disclosureOf(
  { app, scopes, disclosure }: Pick<ConnectionsAnswer, 'app' | 'scopes' | 'disclosure'>,
  environment: RequestedEnvironment,
  scope?: string,
): Disclosure {
  const text = messages.disclosure;
  const asked = scope === undefined ? scopes : scope.split(' ').filter(Boolean);
  return {
    title: text.title(app),
    ...(disclosure === null ? {} : { own: disclosure.split(/\n\s*\n/) }),
    intro: text.intro(app, text.account[environment]),
    abilities: [text.read, ...asked.map(abilityOf)],
    notice: text.notice(app),
    next: text.next,
  };
}

function abilityOf(scope: string): string {
  const { scope: known, otherScope } = messages.disclosure;
  return Object.hasOwn(known, scope) ? known[scope as keyof typeof known] : otherScope(scope);
}
