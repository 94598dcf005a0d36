import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { systemCode } from '../base/errors.ts';
import { type DraftState, hasChoices, type WizardDraft, wizardDraft } from '../contract/draft.ts';

/** Bytes. Twice what the largest draft that the contract lets in can be. */
const maxBytes = 4 * 1024 * 1024;
const kept = z.strictObject({ kind: z.literal('airgap-wizard'), schema: z.literal(1), draft: wizardDraft });

type Found = { kind: 'none' } | { kind: 'damaged' } | { kind: 'denied' } | { kind: 'draft'; draft: WizardDraft };

/**
 * What the officer opened, decided and typed, kept for every window of this site and for the engine's next start: in the data
 * directory where that can be written, otherwise as long as this process lives. The file is the truth: when an uninstall took it
 * away, also by another process, nothing is remembered. It is made when something was chosen, not when somebody looks.
 */
export class DraftStore {
  readonly #file: string;
  readonly #watchers = new Map<(draft: WizardDraft) => void, object>();
  #memory: WizardDraft | null = null;
  /** Where the newest draft is: a file that is gone was taken away on purpose. */
  #place: 'nowhere' | 'memory' | 'file' = 'nowhere';
  #writing: Promise<void> | undefined;

  /** @param file path of wizard.json */
  constructor(file: string) {
    this.#file = file;
  }

  /** What is kept. A file that is damaged, or not ours, is said and otherwise as if there were none. */
  async read(): Promise<DraftState> {
    await this.#writing;
    if (this.#place === 'memory') return { draft: this.#memory, damaged: false };
    const found = await this.#load();
    if (found.kind === 'draft') return { draft: found.draft, damaged: false };
    if (found.kind === 'none') this.#place = 'nowhere';
    return { draft: null, damaged: found.kind === 'damaged' };
  }

  /** Keeps the draft, and tells every window but the one it came from. Resolves when it is as safe as it can be here. */
  async write(draft: WizardDraft, from: object): Promise<void> {
    this.#memory = draft;
    for (const [watcher, owner] of this.#watchers) if (owner !== from) watcher(draft);
    // One write at a time: what is given meanwhile is written by the one that goes on.
    this.#writing ??= this.#persist();
    return this.#writing;
  }

  /** What is kept now, then each draft that another window gives, until the signal says stop. */
  async *follow(self: object, signal?: AbortSignal): AsyncGenerator<DraftState> {
    const waiting: WizardDraft[] = [];
    let wake: () => void = () => undefined;
    const watcher = (draft: WizardDraft) => {
      waiting.splice(0, waiting.length, draft);
      wake();
    };
    const stop = () => wake();
    signal?.addEventListener('abort', stop);
    this.#watchers.set(watcher, self);
    try {
      yield await this.read();
      while (signal?.aborted !== true) {
        const draft = waiting.shift();
        if (draft !== undefined) yield { draft, damaged: false };
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      this.#watchers.delete(watcher);
      signal?.removeEventListener('abort', stop);
    }
  }

  async #persist(): Promise<void> {
    let written: WizardDraft | null = null;
    try {
      while (written !== this.#memory && this.#memory !== null) {
        written = this.#memory;
        this.#place = await this.#put(written);
      }
    } finally {
      this.#writing = undefined;
    }
  }

  async #put(draft: WizardDraft): Promise<'memory' | 'file'> {
    try {
      if (!hasChoices(draft)) {
        await rm(this.#file, { force: true });
        return 'memory';
      }
      // 0711: as the journal makes it; containers' users must reach what is mounted from below.
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o711 });
      await writeFileAtomically(
        this.#file,
        0o600,
        `${JSON.stringify({ kind: 'airgap-wizard', schema: 1, draft }, null, 2)}\n`,
      );
      return 'file';
    } catch (error) {
      // No rights, a full or read-only disk: whatever needs the folder will say so. Nothing chosen is lost while this process lives.
      if (systemCode(error) === undefined) throw error;
      return 'memory';
    }
  }

  async #load(): Promise<Found> {
    let handle: Awaited<ReturnType<typeof open>>;
    try {
      handle = await open(this.#file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'none' };
      return { kind: code === 'EACCES' || code === 'EPERM' ? 'denied' : 'damaged' };
    }
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > maxBytes) return { kind: 'damaged' };
      const parsed = kept.safeParse(JSON.parse(await handle.readFile('utf8')));
      return parsed.success ? { kind: 'draft', draft: parsed.data.draft } : { kind: 'damaged' };
    } catch (error) {
      if (!(error instanceof SyntaxError) && systemCode(error) === undefined) throw error;
      return { kind: 'damaged' };
    } finally {
      await handle.close();
    }
  }
}
