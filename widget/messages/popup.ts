/** Every sentence of the two pages of the popup. Apart, so that those pages do not carry the others. */
export const popup = {
  starting: 'Opening Alpaca…',
  noOpener:
    'This window works only when the connect button of a website opens it. If you came here from such a button, that website cuts itself off from its windows: its owner has to send the header Cross-Origin-Opener-Policy: same-origin-allow-popups instead of same-origin.',
  noAnswer: 'The website that opened this window does not answer. Close this window and try again there.',
  network: 'The connect server could not be reached. Close this window and try again.',
  finishing: 'Finishing…',
  done: 'Done. You can close this window.',
  notDelivered:
    'The result could not be handed to the website. Close this window, go back to the website and try again there.',
};
