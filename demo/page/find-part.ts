/**
 * The element marked `data-part="name"` inside `root`.
 * @throws Error when the markup has no such part, or one of another kind: index.html and the code disagree
 */
export function findPart<Kind extends HTMLElement = HTMLElement>(
  root: ParentNode,
  name: string,
  kind?: new () => Kind,
): Kind {
  const part = root.querySelector<Kind>(`[data-part="${name}"]`);
  if (part === null || (kind !== undefined && !(part instanceof kind))) {
    throw new Error(`index.html lacks the ${kind?.name ?? 'element'} marked data-part="${name}".`);
  }
  return part;
}

/** Writes text where it differs: a live region speaks again whenever it is written to. */
export function writePart(root: ParentNode, name: string, text: string): void {
  const part = findPart(root, name);
  if (part.textContent !== text) part.textContent = text;
}
