import { render, type Template } from './template.ts';

/** There are no elements on a server, and nothing is ever made of this class there. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * An element whose shadow tree is a template of its state, rendered once for all that changed: what this widget needs of
 * LitElement.
 */
export abstract class RenderedElement extends Base {
  /** Adopted as a style sheet, so that a page's CSP need not allow inline styles. */
  static readonly styles: string = '';
  static readonly observedAttributes: readonly string[] = [];

  readonly #changed = new Set((this.constructor as typeof RenderedElement).observedAttributes);
  #pending: Promise<void> | undefined;

  /** What the shadow tree holds. */
  protected abstract render(): Template;

  /** Before the first rendering, with every observed attribute, and before each later one, with those that changed. */
  protected abstract willUpdate(changed: ReadonlySet<string>): void;

  /** After each rendering. */
  protected abstract updated(): void;

  /** Resolves when the shadow tree shows all that is known now. */
  get updateComplete(): Promise<void> {
    return this.#pending ?? Promise.resolve();
  }

  /** Renders soon, once for everything that changes until then. */
  requestUpdate(): void {
    // Without a shadow tree it was never on a page, and is rendered when it gets there.
    if (this.shadowRoot) this.#pending ??= Promise.resolve().then(() => this.#update());
  }

  connectedCallback(): void {
    this.#adoptEarlyProperties();
    if (!this.shadowRoot) {
      const { styles } = this.constructor as typeof RenderedElement;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet];
    }
    this.requestUpdate();
  }

  attributeChangedCallback(name: string): void {
    this.#changed.add(name);
    this.requestUpdate();
  }

  #update(): void {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    this.willUpdate(changed);
    // From here on, a change asks for another rendering.
    this.#pending = undefined;
    render(this.render(), this.shadowRoot as ShadowRoot);
    this.updated();
  }

  /** What a page sets before this class is there becomes a property of the element itself and hides the accessor. */
  #adoptEarlyProperties(): void {
    for (const [name, value] of Object.entries(this)) {
      if (!(name in this.constructor.prototype)) continue;
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
  }
}
