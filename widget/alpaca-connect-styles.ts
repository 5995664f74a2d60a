import { css } from 'lit';

/**
 * The element's style sheet. Names that begin with `--_` are its own: slotted content inherits them, and must not mistake
 * them for the page's. Lengths are in em, so that all of it follows one size. Without `theme`, colours follow the colour
 * scheme of the page around the element. What the page sets for the text around it, such as capitals, spacing or no wrapping, is
 * not for this one; but the element is as hidden or as out of reach as what is around it, and the dialog never is. While it is not known what is connected, the button stays away for half a second:
 * a person who is connected must not see the wrong one flash up.
 */
export const styles = css`
  :host {
    all: initial;
    color-scheme: inherit;
    visibility: inherit;
    pointer-events: inherit;
    direction: ltr;
    user-select: text;
    -webkit-user-select: text;
    -webkit-text-size-adjust: 100%;
    --_accent: var(--alpaca-connect-accent, light-dark(#14181f, #f2f4f7));
    --_on-accent: var(--alpaca-connect-on-accent, light-dark(#fff, #14181f));
    --_surface: var(--alpaca-connect-surface, light-dark(#fff, #1b2028));
    --_text: var(--alpaca-connect-text, light-dark(#14181f, #f2f4f7));
    --_muted: var(--alpaca-connect-muted, light-dark(#555e6d, #a9b3c1));
    --_border: var(--alpaca-connect-border, light-dark(#d3d8e0, #3a424f));
    --_danger: var(--alpaca-connect-danger, light-dark(#a51d24, #ff9a94));
    --_live: var(--alpaca-connect-live, light-dark(#9a3412, #fdba74));
    --_on-live: var(--alpaca-connect-on-live, light-dark(#fff, #14181f));
    --_radius: var(--alpaca-connect-radius, 0.625em);
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5em;
    min-block-size: max(2.75em, 44px);
    max-inline-size: 100%;
    vertical-align: middle;
    font-family: var(--alpaca-connect-font, inherit);
    font-size: var(--alpaca-connect-size, max(1rem, 16px));
    line-height: 1.4;
    color: var(--_text);
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host(:lang(ar)) {
    direction: rtl;
  }

  button,
  [part='link'] {
    box-sizing: border-box;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: max(2.75em, 44px);
    max-inline-size: 100%;
    overflow-wrap: break-word;
    margin: 0;
    padding: 0.5em 1.125em;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: none;
    font: inherit;
    font-weight: 600;
    color: inherit;
    cursor: pointer;
  }
  [part='button'] {
    min-inline-size: min(14em, 100%);
  }
  /* Its text is new whenever it changes, and a box around it would move. */
  .label {
    display: contents;
  }
  .late {
    animation: late 0s 0.5s backwards;
  }
  @keyframes late {
    from {
      visibility: hidden;
    }
  }
  .main {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button:hover {
    text-decoration: underline;
  }
  [aria-disabled='true'] {
    cursor: progress;
  }
  .quiet {
    border-color: var(--_border);
  }
  :focus-visible {
    outline: 3px solid var(--alpaca-connect-focus, var(--_accent));
    outline-offset: 2px;
  }
  ::slotted([slot='icon']) {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
  }

  .connected {
    display: inline-flex;
    flex-wrap: wrap;
    max-inline-size: 100%;
    align-items: center;
    justify-content: space-between;
    border-radius: var(--_radius);
    background: var(--_surface);
    outline: 1px solid var(--_border);
    outline-offset: -1px;
  }
  .list {
    display: grid;
    flex-basis: 100%;
    grid-template-columns: minmax(0, max-content);
    gap: 0.5em;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .accounts {
    display: grid;
    gap: 0.5em;
    padding: 0.5em 1.125em;
  }
  [part='account'] {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5em;
  }
  .badge {
    padding: 0 0.5em;
    border: 1px solid;
    border-radius: 1em;
    font-size: 0.8em;
    font-weight: 600;
  }
  .live {
    border-color: transparent;
    background: var(--_live);
    color: var(--_on-live);
  }

  [role='status'] {
    flex-basis: 100%;
    max-inline-size: 56ch;
    margin: 0;
    font-size: 0.875em;
    color: var(--_muted);
  }
  .failed {
    color: var(--_danger);
  }
  .held {
    visibility: hidden;
  }
  .unseen,
  :empty {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  dialog {
    visibility: visible;
    pointer-events: auto;
    box-sizing: border-box;
    inline-size: min(29em, 100% - 2em);
    padding: 1.5em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
  }
  .money {
    border-block-start: 0.5em solid var(--_live);
  }
  ::backdrop {
    background: #0009;
  }
  h2 {
    margin: 0;
    font-size: 1.25em;
    line-height: 1.25;
  }
  p a {
    color: inherit;
    overflow-wrap: anywhere;
  }
  ul {
    padding-inline-start: 1.25em;
  }
  .muted {
    color: var(--_muted);
  }
  .choice {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.5em;
  }
`;
