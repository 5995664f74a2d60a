import { findPart, writePart } from './find-part.ts';
import type { DraftField, DraftProblems } from './order-draft.ts';

const FIELDS: readonly DraftField[] = ['symbol', 'qty', 'limit_price', 'stop_price'];

/** Writes each problem below its field, clears the others, and moves the focus to the first wrong field. */
export function showDraftProblems(form: HTMLFormElement, problems: DraftProblems): void {
  for (const field of FIELDS) {
    writePart(form, `${field}-problem`, problems[field] ?? '');
    inputOf(form, field).setAttribute('aria-invalid', String(field in problems));
  }
  const first = FIELDS.find((field) => field in problems);
  if (first !== undefined) inputOf(form, first).focus();
}

function inputOf(form: HTMLFormElement, field: DraftField): HTMLInputElement {
  return findPart(form, field, HTMLInputElement);
}
