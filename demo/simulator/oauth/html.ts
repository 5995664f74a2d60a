/** Markup that is safe to send. Only `html` makes it. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped, unless they are markup already. Attribute values need their quotes. */
export function html(strings: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  const parts = strings.map((text, index) => text + render(values[index] ?? ''));
  return new Html(parts.join(''));
}

function render(value: string | Html | Html[]): string {
  if (Array.isArray(value)) return value.join('');
  return value instanceof Html
    ? value.toString()
    : value.replace(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}
