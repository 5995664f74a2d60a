/** For bundlers: importing this registers `<alpaca-connect>`. */
import { defineElement } from './define-element.ts';

defineElement();

// So that the types of the tag and of its events come with this entry too.
export type { AlpacaConnectElement } from './alpaca-connect-element.ts';
