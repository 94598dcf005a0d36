/** Answers without end. */
import { writeSync } from 'node:fs';

while (true) writeSync(3, Buffer.alloc(65_536, 'x'));
