import type { Environment } from '../../server/contract.ts';
import { findPart } from './find-part.ts';

/** Attributes that name one or several ids. */
const REFERENCES = ['id', 'for', 'aria-labelledby', 'aria-describedby'];

/** The panels of a desk. Two desks can be open at once, so each has ids of its own, which end in its environment. */
export function cloneDesk(environment: Environment): DocumentFragment {
  const template = findPart(document, 'desk-template', HTMLTemplateElement);
  const panels = document.importNode(template.content, true);
  for (const attribute of REFERENCES) {
    for (const element of panels.querySelectorAll(`[${attribute}]`)) {
      const ids = element.getAttribute(attribute)?.split(' ') ?? [];
      element.setAttribute(attribute, ids.map((id) => `${id}-${environment}`).join(' '));
    }
  }
  // Radio buttons of one name are one choice across the whole page, unless a form is around them.
  for (const radio of panels.querySelectorAll<HTMLInputElement>('.ranges input')) {
    radio.name = `${radio.name}-${environment}`;
  }
  return panels;
}
