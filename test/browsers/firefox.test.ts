import { describeFlow } from './describe-flow.ts';
import { firefox } from './firefox.ts';

describeFlow(firefox);
