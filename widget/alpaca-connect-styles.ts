import { css } from 'lit';

/** Private properties begin with an underscore: slotted content inherits them, and must not mistake them for its own. */
const light = css`
  --_accent: var(--alpaca-connect-accent, #14181f);
  --_on-accent: var(--alpaca-connect-on-accent, #ffffff);
  --_surface: var(--alpaca-connect-surface, #ffffff);
  --_text: var(--alpaca-connect-text, #14181f);
  --_muted: var(--alpaca-connect-muted, #555e6d);
  --_border: var(--alpaca-connect-border, #d3d8e0);
  --_danger: var(--alpaca-connect-danger, #a51d24);
  --_focus: var(--alpaca-connect-focus, #2563eb);
  --_paper: #1c4f9c;
  --_paper-tint: #e6effc;
  --_live: #0b5f3c;
  --_live-tint: #dff5e9;
  color-scheme: light;
`;

const dark = css`
  --_accent: var(--alpaca-connect-accent, #f2f4f7);
  --_on-accent: var(--alpaca-connect-on-accent, #14181f);
  --_surface: var(--alpaca-connect-surface, #1b2028);
  --_text: var(--alpaca-connect-text, #f2f4f7);
  --_muted: var(--alpaca-connect-muted, #a9b3c1);
  --_border: var(--alpaca-connect-border, #3a424f);
  --_danger: var(--alpaca-connect-danger, #ff9a94);
  --_focus: var(--alpaca-connect-focus, #7db0ff);
  --_paper: #b3d0ff;
  --_paper-tint: #1d3353;
  --_live: #92e6bd;
  --_live-tint: #123f2c;
  color-scheme: dark;
`;

/** Adopted as a style sheet, so that a page's CSP need not allow inline styles. */
export const styles = css`
  :host {
    ${light}
    --_radius: var(--alpaca-connect-radius, 10px);
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    max-inline-size: 100%;
    min-block-size: 44px;
    vertical-align: middle;
    font-family: var(--alpaca-connect-font, inherit);
    font-size: 16px;
    line-height: 1.4;
    color: var(--_text);
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme='light'])) {
      ${dark}
    }
  }
  :host([theme='dark']) {
    ${dark}
  }
  :host([hidden]) {
    display: none;
  }

  button {
    box-sizing: border-box;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 10px;
    min-block-size: 44px;
    margin: 0;
    padding: 9px 18px;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  .main {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  [part='button'] {
    min-inline-size: 228px;
  }
  .main:hover {
    background: color-mix(in srgb, var(--_accent) 86%, var(--_on-accent));
  }
  .main[aria-disabled='true'] {
    background: var(--_accent);
    cursor: default;
  }
  :host([state='loading']) .main {
    cursor: progress;
  }
  .quiet {
    background: transparent;
    border-color: var(--_border);
    color: var(--_text);
  }
  .quiet:hover {
    border-color: var(--_muted);
  }
  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  ::slotted([slot='icon']) {
    flex: none;
    inline-size: 20px;
    block-size: 20px;
  }

  .connected {
    box-sizing: border-box;
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 14px;
    padding-inline-start: 14px;
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_border);
  }
  .connected [part='disconnect'] {
    border-color: transparent;
    border-inline-start-color: var(--_border);
    border-start-start-radius: 0;
    border-end-start-radius: 0;
  }
  .accounts {
    display: grid;
    gap: 4px;
    padding-block: 8px;
  }
  .account {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .badge {
    padding: 1px 8px;
    border-radius: 999px;
    border: 1px solid var(--_border);
    font-size: 13px;
    font-weight: 600;
  }
  .badge.paper {
    border-color: transparent;
    background: var(--_paper-tint);
    color: var(--_paper);
  }
  .badge.live {
    border-color: transparent;
    background: var(--_live-tint);
    color: var(--_live);
  }

  .status {
    flex-basis: 100%;
    max-inline-size: 56ch;
    margin: 0;
    font-size: 14px;
    color: var(--_muted);
  }
  .status:empty {
    position: absolute;
  }
  .failed {
    color: var(--_danger);
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  dialog {
    box-sizing: border-box;
    inline-size: min(460px, calc(100vw - 32px));
    padding: 24px;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) + 6px);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: 0 24px 64px rgb(0 0 0 / 28%);
  }
  dialog::backdrop {
    background: rgb(10 14 20 / 55%);
  }
  h2 {
    margin: 0 0 12px;
    font-size: 20px;
    line-height: 1.25;
  }
  h2:focus-visible {
    outline: none;
  }
  .disclosure {
    max-block-size: 50vh;
    overflow: auto;
    font-size: 15px;
  }
  .disclosure p,
  .disclosure ul {
    margin: 0 0 12px;
  }
  .disclosure ul {
    padding-inline-start: 22px;
  }
  .muted {
    color: var(--_muted);
  }
  .choice {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 10px;
    margin-block-start: 12px;
  }

  @media (prefers-reduced-motion: no-preference) {
    button {
      transition:
        background-color 120ms,
        border-color 120ms;
    }
    dialog[open] {
      animation: rise 160ms ease-out;
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(8px);
    }
  }
  @media (forced-colors: active) {
    button,
    .badge {
      border-color: currentColor;
    }
  }
`;
