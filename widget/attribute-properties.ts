/**
 * Gives the class a property for each attribute. The attribute is the truth: a property reads it, or the default where
 * there is none, and writes it; null and undefined remove it.
 */
export function attributeProperties(
  { prototype }: { prototype: Element },
  defaults: Readonly<Record<string, string | null>>,
): void {
  for (const [name, fallback] of Object.entries(defaults)) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: Element) {
        return this.getAttribute(name) ?? fallback;
      },
      set(this: Element, value: string | null | undefined) {
        if (value === null || value === undefined) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }
}
