/** Answers with what can be seen of it from outside: command line and environment. */
import { writeSync } from 'node:fs';

const text = JSON.stringify({ argv: process.argv.slice(2), execArgv: process.execArgv, env: process.env });
writeSync(3, JSON.stringify({ outcome: 'answered', replies: [{ id: 'q', text, tokens: 0, ms: 0 }] }));
process.exit(0);
