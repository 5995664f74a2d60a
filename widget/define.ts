/** For bundlers: importing this registers `<alpaca-connect>`. */
import { defineElement } from './define-element.ts';

defineElement();
