import { contractDocument } from './document.ts';

// The build writes it to a file of the package.
process.stdout.write(`${JSON.stringify(contractDocument(), null, 1)}\n`);
