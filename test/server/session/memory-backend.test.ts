import { MemoryBackend } from './memory-backend.ts';
import { describeRecordBackend } from './record-backend.conformance.ts';

describeRecordBackend('MemoryBackend', async () => new MemoryBackend());
