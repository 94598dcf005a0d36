import { type ChildProcess, spawn } from 'node:child_process';
import { encodeFrame, type Frame, FrameReader } from '../../installer/base/frames.ts';
import { engineNote, noteFrame, readNote } from '../../installer/base/host-note.ts';
import { log } from '../log.ts';
import { engineEnvironment } from './environment.ts';

/** How long the engine may take to end after its input did, before it is told, and then made, to (ms). */
const patience = { end: 30_000, terminate: 10_000 };

export interface EngineListener {
  /** A message of the engine's peer for the page of the current session. */
  onMessage(message: string | Uint8Array): void;
  /** The process is gone; the reason is for a person. */
  onGone(reason: string): void;
}

/** The engine as a process of its own, frames on its standard input and output, its log on standard error. */
export class EngineProcess {
  /** Whether a run is under way, by the engine's own word. */
  running = false;
  readonly elevated: boolean;
  /** Whether it ever said a word: a password dialog that was dismissed ends without one. */
  spoke = false;
  readonly #child: ChildProcess;
  readonly #listener: EngineListener;
  readonly #gone: Promise<void>;
  #wanted = 0;
  #session = 0;

  constructor(command: readonly string[], elevated: boolean, listener: EngineListener) {
    const [program = '', ...args] = command;
    this.elevated = elevated;
    this.#listener = listener;
    this.#child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: engineEnvironment(process.env),
      // Ctrl-C in the terminal that started the window must not end an installation under way.
      detached: true,
    });
    this.#gone = new Promise((resolve) => {
      const end = (reason: string) => {
        this.running = false;
        log('engine-gone', { reason });
        resolve();
        listener.onGone(reason);
      };
      this.#child.on('error', (error) => {
        // Without a number it was never started. With one, a signal was refused: root's process is not ours to end.
        if (this.#child.pid === undefined) end(error.message);
        else log('engine-not-signalled', { reason: error.message });
      });
      // `close` comes after the last of its output was read.
      this.#child.once('close', (code, signal) => end(signal === null ? `exit code ${code}` : `ended by ${signal}`));
    });
    this.#child.stdin?.on('error', (error) => log('engine-input-closed', { reason: error.message }));
    this.#read();
    log('engine-started', { pid: this.#child.pid ?? null, elevated });
  }

  /** A new page is there: what was written for the page before is dropped from here on. */
  startSession(): void {
    this.#wanted += 1;
    this.#write(noteFrame({ session: this.#wanted }));
  }

  send(frame: Frame): void {
    if (frame.kind !== 'host') this.#write(frame);
  }

  /**
   * Ends it: its input closes, which it takes as the order to stop in good order; then by signals. One that runs as root takes
   * no signal from us: it is left to finish the step it is in, after which it ends by itself.
   */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    const timers: NodeJS.Timeout[] = [];
    const after = (ms: number, act: () => void) => timers.push(setTimeout(act, ms));
    const left = new Promise<void>((resolve) => {
      after(patience.end, () => this.#child.kill('SIGTERM'));
      after(patience.end + patience.terminate, () => {
        if (this.#child.kill('SIGKILL')) return;
        log('engine-left-to-finish');
        resolve();
      });
    });
    await Promise.race([this.#gone, left]);
    for (const timer of timers) clearTimeout(timer);
  }

  #write(frame: Frame): void {
    if (this.#child.stdin?.writable === true) this.#child.stdin.write(encodeFrame(frame));
  }

  #read(): void {
    const reader = new FrameReader();
    this.#child.stdout?.on('error', (error) => log('engine-output-closed', { reason: error.message }));
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) this.#take(frame);
      } catch (error) {
        // A peer that breaks the framing cannot be understood from here on.
        log('engine-misspoke', { reason: error instanceof Error ? error.message : String(error) });
        this.#child.stdout?.removeAllListeners('data');
        this.#child.stdout?.resume();
        this.#child.stdin?.end();
        this.#child.kill('SIGTERM');
      }
    });
  }

  #take(frame: Frame): void {
    if (frame.kind === 'host') {
      this.spoke = true;
      const note = readNote(engineNote, frame.body);
      this.#session = note.session;
      this.running = note.running;
    } else if (this.#session === this.#wanted) {
      this.#listener.onMessage(frame.body);
    }
  }
}
