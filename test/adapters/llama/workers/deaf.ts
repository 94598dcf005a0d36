/** Hangs, and does not end when asked to; has started a process of its own. Writes both process ids where the model would be. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

process.on('SIGTERM', () => undefined);
const grandchild = spawn('sleep', ['600'], { stdio: 'ignore' });
createInterface({ input: process.stdin }).once('line', (line) => {
  const { modelPath } = JSON.parse(line);
  if (modelPath !== 'm') writeFileSync(modelPath, `${process.pid} ${grandchild.pid}`);
});
setInterval(() => undefined, 1000);
