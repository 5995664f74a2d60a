/** What this transformation needs of the bundler's parser (ESTree). */
interface Context {
  parse(code: string): unknown;
}

interface TemplatePart {
  start: number;
  end: number;
}

/**
 * Takes the white space out of css`…` and html`…`, which minifiers leave alone because it is text. A line break with the
 * indentation around it means nothing in the templates of this widget; a space within a line may, and stays in HTML.
 */
export const compactTemplates = {
  name: 'compact-templates',
  transform: {
    filter: { id: /\/widget\/[^?]*\.ts$/, code: /\b(?:css|html)`/ },
    handler(this: Context, code: string): string {
      let compact = code;
      for (const { tag, start, end } of templateParts(this.parse(code)).reverse()) {
        const text = code.slice(start, end);
        compact =
          compact.slice(0, start) + (tag === 'css' ? compactCss : compactHtml)(text) + compact.slice(end);
      }
      return compact;
    },
  },
};

/** The stretches of text in the tagged templates, in the order of the source. */
function templateParts(node: unknown): (TemplatePart & { tag: string })[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, tag, quasi } = node as {
    type?: string;
    tag?: { name?: string };
    quasi?: { quasis: TemplatePart[] };
  };
  const name = type === 'TaggedTemplateExpression' ? tag?.name : undefined;
  const own = name === 'css' || name === 'html' ? (quasi?.quasis ?? []) : [];
  return [
    ...own.map(({ start, end }) => ({ tag: name ?? '', start, end })),
    ...Object.values(node).flatMap(templateParts),
  ].sort((one, other) => one.start - other.start);
}

export function compactCss(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
    .trim();
}

/** Between tags and values a line break goes with all the space around it; within a tag it parts two attributes. */
export function compactHtml(text: string): string {
  return text.replace(/\s*\n\s*/g, (space, at: number) => {
    const after = text[at + space.length] ?? '<';
    return text[at - 1] === '>' || after === '<' || after === '>' ? '' : ' ';
  });
}
