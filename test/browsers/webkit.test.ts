import { describeFlow } from './describe-flow.ts';
import { webkit } from './webkit.ts';

describeFlow(webkit);
