/** Answers well, and leaves a process behind, whose id is the answer. */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

const left = spawn('sleep', ['600'], { stdio: 'ignore' });
const text = String(left.pid);
writeSync(3, JSON.stringify({ outcome: 'answered', replies: [{ id: 'q', text, tokens: 0, ms: 0 }] }));
process.exit(0);
