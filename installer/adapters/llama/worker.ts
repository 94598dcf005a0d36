import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { answer } from './answer.ts';
import { responseDescriptor, type WorkerResponse, workerRequest } from './protocol.ts';

/**
 * The process that llama.cpp runs in: a hostile or damaged model takes down this one and not the engine. It ends with its
 * answer, or when its standard input ends, so that it never outlives an engine that was killed.
 */
const lines = createInterface({ input: process.stdin });
lines.once('line', async (line) => {
  writeResponse(await respond(line));
  process.exit(0);
});
lines.once('close', () => process.exit(1));

async function respond(line: string): Promise<WorkerResponse> {
  try {
    return { outcome: 'answered', replies: await answer(workerRequest.parse(JSON.parse(line))) };
  } catch (error) {
    return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Synchronous: the process ends right after it. */
function writeResponse(response: WorkerResponse): void {
  const bytes = Buffer.from(JSON.stringify(response));
  for (let done = 0; done < bytes.length; ) done += writeSync(responseDescriptor, bytes, done);
}
