import type { Readable, Writable } from 'node:stream';
import { encodeFrame, type Frame, FrameError, FrameReader } from '../../base/frames.ts';
import { noteFrame, readNote, windowNote } from '../../base/host-note.ts';
import type { Engine } from '../../engine/create-engine.ts';
import { WindowClaim } from '../../engine/session.ts';
import { type ContractPeer, contractPeer } from '../wire/contract-peer.ts';

export interface FrameOptions {
  engine: Engine;
  input: Readable;
  output: Writable;
  /** A line for a person or the test; never holds anything out of a message. */
  log: (line: string) => void;
}

/**
 * The engine's side of the desktop's pipe (base/host-note.ts): one window at a time, each new page its own session. Resolves
 * with the exit code when the pipe has ended. The window's going away is taken as Ctrl-C: the run stops at the next safe
 * place and is resumed by starting it again. A stream that is no frames is not read any further, but a run goes on to its end.
 */
export async function serveFrames({ engine, input, output, log }: FrameOptions): Promise<number> {
  const { runs } = engine.context;
  const claim = new WindowClaim();
  let session = 0;
  let peer: ContractPeer | undefined;
  let refused = 0;

  const write = (frame: Frame) => {
    if (output.writable) output.write(encodeFrame(frame));
  };
  const tell = () => write(noteFrame({ session, running: runs.activeRun !== undefined }));
  const startSession = (number: number) => {
    peer?.close();
    session = number;
    peer = contractPeer(engine, {
      session: claim.open(),
      send: (text) => write({ kind: 'text', body: text }),
      onFault: (error) => log(`answer lost: ${nameOf(error)}`),
    });
    tell();
  };
  const take = (frame: Frame) => {
    if (frame.kind === 'host') {
      startSession(readNote(windowNote, frame.body).session);
      return;
    }
    const why = peer === undefined ? 'NO_SESSION' : peer.receive(frame.body);
    if (why === undefined) return;
    refused++;
    // A page gone mad must not fill the log.
    if (refused <= 20) log(`message refused: ${why}`);
  };

  // A window that is gone shows itself at the input's end.
  output.on('error', (error) => log(`output: ${nameOf(error)}`));
  const stopWatching = runs.watch(tell);
  tell();
  try {
    const reader = new FrameReader();
    for await (const chunk of input) for (const frame of reader.push(chunk)) take(frame);
    if (reader.unfinished > 0) throw new FrameError('the stream ends inside a frame');
    if (runs.activeRun !== undefined) runs.cancel(runs.activeRun);
    return 0;
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    log(`not a frame: ${error.message}`);
    return 1;
  } finally {
    peer?.close();
    await runs.idle();
    stopWatching();
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
