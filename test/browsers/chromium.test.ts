import { chromium } from './chromium.ts';
import { describeFlow } from './describe-flow.ts';

describeFlow(chromium);
