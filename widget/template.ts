/**
 * Templates in the manner of lit-html, in a fifth of its size (the script tag has a budget): markup that the source spells
 * out, with holes for whole attributes (`lang=${language}`), listeners (`@click=${press}`) and content. Values are
 * only ever set as text, attributes and listeners, never parsed as markup.
 */

/** Markup with values for its holes. No data can pose as one: only `html` makes them. */
export class Template {
  readonly strings: TemplateStringsArray;
  readonly values: readonly unknown[];

  constructor(strings: TemplateStringsArray, values: readonly unknown[]) {
    this.strings = strings;
    this.values = values;
  }
}

export function html(strings: TemplateStringsArray, ...values: unknown[]): Template {
  return new Template(strings, values);
}

/** For a hole that stays empty. */
export const nothing = '';

/** Shows the template in `root`. Next time, only what differs is changed, so that focus and live regions survive. */
export function render(template: Template, root: Node): void {
  let part = parts.get(root);
  if (!part) {
    part = contentPart(root.appendChild(document.createComment('')));
    parts.set(root, part);
  }
  part(template);
}

/** Fills one hole. */
type Part = (value: unknown) => void;

const HOLE = '?';
const parts = new WeakMap<Node, Part>();
const prepared = new WeakMap<TemplateStringsArray, HTMLTemplateElement>();

/** An item of content, and how it takes the next value. */
interface Piece {
  /** The markup that it came from; none for text. */
  strings: TemplateStringsArray | undefined;
  content: Node;
  update: (value: unknown) => void;
}

/** Content in front of `end`: text, a template, or a list of them. */
function contentPart(end: Comment): Part {
  const start = document.createComment('');
  end.before(start);
  let pieces: Piece[] = [];
  return (value) => {
    const items = Array.isArray(value) ? value : [value];
    const alike =
      items.length === pieces.length && items.every((item, at) => stringsOf(item) === pieces[at]?.strings);
    if (!alike) {
      while (end.previousSibling !== start) end.previousSibling?.remove();
      pieces = items.map(pieceOf);
      end.before(...pieces.map(({ content }) => content));
    }
    for (const [at, piece] of pieces.entries()) piece.update(items[at]);
  };
}

function stringsOf(item: unknown): TemplateStringsArray | undefined {
  return item instanceof Template ? item.strings : undefined;
}

function pieceOf(item: unknown): Piece {
  const strings = stringsOf(item);
  if (!strings) {
    const content = new Text();
    return {
      strings,
      content,
      update: (value) => {
        content.data = String(value ?? '');
      },
    };
  }
  const content = document.importNode(prepare(strings).content, true);
  const holes = holesIn(content);
  return {
    strings,
    content,
    update: (value) => {
      for (const [at, hole] of holes.entries()) hole((value as Template).values[at]);
    },
  };
}

/** The holes of a fresh copy, in the order of the source. */
function holesIn(content: DocumentFragment): Part[] {
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  const found: Node[] = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found.flatMap((node) => {
    if (node instanceof Comment) return [contentPart(node)];
    const element = node as Element;
    return element
      .getAttributeNames()
      .filter((name) => element.getAttribute(name) === HOLE)
      .map((name) => attributePart(element, name));
  });
}

function attributePart(element: Element, name: string): Part {
  if (!name.startsWith('@')) return (value) => element.setAttribute(name, String(value));
  element.removeAttribute(name);
  let listener: ((event: Event) => void) | undefined;
  element.addEventListener(name.slice(1), (event) => listener?.(event));
  return (value) => {
    listener = value as typeof listener;
  };
}

function prepare(strings: TemplateStringsArray): HTMLTemplateElement {
  const known = prepared.get(strings);
  if (known) return known;
  const markup = strings.reduce((before, after) => {
    const inTag = before.lastIndexOf('<') > before.lastIndexOf('>');
    return `${before}${inTag ? HOLE : `<!--${HOLE}-->`}${after}`;
  });
  const template = document.createElement('template');
  template.innerHTML = trusted(markup);
  prepared.set(strings, template);
  return template;
}

let policy: { createHTML(markup: string): unknown } | undefined;

/** Under Trusted Types, markup needs a policy that the page's CSP allows: `trusted-types alpaca-connect`. */
function trusted(markup: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): typeof policy };
  };
  policy ??= trustedTypes?.createPolicy('alpaca-connect', { createHTML: (own: string) => own });
  return (policy?.createHTML(markup) ?? markup) as string;
}
