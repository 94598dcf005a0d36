/** Answers a question that nobody asked. */
import { writeSync } from 'node:fs';

writeSync(3, JSON.stringify({ outcome: 'answered', replies: [{ id: 'other', text: '', tokens: 0, ms: 0 }] }));
process.exit(0);
