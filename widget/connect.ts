/** For a script tag: registers `<alpaca-connect>`, which then finds its server where this script came from. */
import { AlpacaConnectElement } from './alpaca-connect-element.ts';
import { defineElement } from './define-element.ts';

// https://example.com/alpaca/connect.js?v=1 was served by the router mounted at https://example.com/alpaca.
AlpacaConnectElement.defaultServer = import.meta.url.replace(/\/[^/?#]*([?#].*)?$/, '');
defineElement();
