import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';

/** One message of the engine's progress stream (`JSONMessage` in moby's pkg/jsonmessage). */
const engineMessage = z.object({
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  stream: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
});
export type EngineMessage = z.infer<typeof engineMessage>;

/** A line longer than this is no progress message. */
const maxLineLength = 1024 * 1024;

/**
 * Reads newline-separated messages to the stream's end. The engine sends status 200 before the work begins, so an error
 * comes as a message: thrown here. A connection that breaks off rejects too (the stream's own error); dockerode's
 * followProgress would report it as success.
 */
export async function* engineMessages(stream: AsyncIterable<Buffer | string>): AsyncGenerator<EngineMessage> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) throw new Error('the engine sent a progress line without an end');
    for (const line of lines) if (line.trim() !== '') yield parse(line);
  }
  if (rest.trim() !== '') yield parse(rest);
}

function parse(line: string): EngineMessage {
  const message = engineMessage.parse(JSON.parse(line));
  const said = message.errorDetail?.message ?? message.error;
  if (said !== undefined) throw new Error(said);
  return message;
}
