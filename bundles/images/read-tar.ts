import { Readable } from 'node:stream';
import { Parser, type ReadEntry } from 'tar';
import { readChunkBytes } from '../../installer/base/hash.ts';
import { detectCompression } from './compression.ts';
import { foreignFormat } from './foreign-format.ts';
import { sourceLimits } from './limits.ts';
import { peekStart } from './peek-start.ts';
import { sourcePath } from './source-content.ts';
import { sourceError, truncatedSource } from './source-error.ts';

export interface TarEntry {
  /** As the archive says it. */
  path: string;
  type: 'file' | 'link' | 'hardLink' | 'other';
  /** Target of a link, as the archive says it. */
  target: string;
  size: number;
  content: AsyncIterable<Uint8Array>;
}

const fileTypes: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];
const folderTypes: readonly string[] = ['Directory', 'GNUDumpDir'];

export interface TarOptions {
  /** Entries (count). */
  entries: number;
  /** True: a file system's tar, in which hard links, devices and all else may stand. */
  anyType: boolean;
  /** True: the two blocks of zeros that end an archive may be missing, as whoever unpacks layers takes it (Go's archive/tar). */
  mayLackEnd: boolean;
  /** Entries that are not wanted are passed over without a stream of their own. */
  wants?: (entry: Pick<TarEntry, 'path' | 'type' | 'target'>) => boolean;
}

const imageArchive: TarOptions = { entries: sourceLimits.entries, anyType: false, mayLackEnd: false };

const blockSize = 512;

/**
 * Reads a tar stream front to back, one entry at a time, nothing onto disk. Strict: what the parser would only warn of ends
 * it, as do hard links, devices and other types that no image archive has. An archive ends with two blocks of zeros (POSIX.1-2017,
 * pax, "ustar Interchange Format"); without them a copy that broke off between two entries could not be told from a whole one.
 * What follows them does not belong to it. Throws SOURCE_TRUNCATED, SOURCE_FORMAT, and what `use` throws; when it has thrown, `use`
 * is no longer at work.
 */
export async function readTar(
  name: string,
  source: AsyncIterable<Uint8Array>,
  use: (entry: TarEntry) => Promise<void>,
  options: TarOptions = imageArchive,
): Promise<void> {
  const { start, all, close } = await peekStart(source, 6);
  // the parser would unpack it by itself, without our bounds
  if (detectCompression(start) !== 'none') {
    await close();
    throw sourceError(name, 'compressed twice');
  }
  const parser = new Parser({ strict: true, maxMetaEntrySize: sourceLimits.tarMetaBytes });
  const reading = new Reading(name, use, options, foreignFormat(start));
  parser.on('error', (error) => {
    if (!(options.anyType && reading.isEmpty(error))) reading.fail(error);
  });
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    if (!options.anyType) reading.fail(sourceError(name, `entry type ${entry.type}`));
  });
  parser.on('entry', (entry: ReadEntry) => reading.begin(entry));
  parser.on('nullBlock', () => reading.nullBlock());
  parser.on('drain', () => reading.wake());
  // what follows the end mark is padding; the parser would take it block by block
  parser.on('eof', () => reading.endMark());
  parser.on('end', () => reading.finish());
  try {
    for await (const chunk of all) {
      if (reading.wantsMore(chunk.length) && !parser.write(chunk)) await reading.drained();
      if (reading.failed) break;
    }
    if (!reading.failed) {
      reading.sourceEnds();
      parser.end();
    }
  } catch (error) {
    reading.fail(error);
  }
  await reading.settled();
}

/** The state of one reading: the parser's events on one side, the entries in use on the other. */
class Reading {
  readonly #name: string;
  readonly #use: (entry: TarEntry) => Promise<void>;
  readonly #options: TarOptions;
  readonly #looksLike: string | undefined;
  readonly #finished = Promise.withResolvers<void>();
  #failures: unknown[] = [];
  #entries = 0;
  #bytes = 0;
  #ending: 'none' | 'nullBlock' | 'endMark' = 'none';
  #sourceEnded = false;
  #current: Readable | undefined;
  #using = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(
    name: string,
    use: (entry: TarEntry) => Promise<void>,
    options: TarOptions,
    /** What the source looks like, should it turn out to be no tar. */
    looksLike: string | undefined,
  ) {
    this.#name = name;
    this.#looksLike = looksLike;
    this.#use = use;
    this.#options = options;
  }

  get failed(): boolean {
    return this.#failures.length > 0;
  }

  /** A layer that changes nothing is a tar without entries, which the parser cannot tell from no tar. */
  isEmpty(error: Error): boolean {
    return this.#entries === 0 && !this.failed && 'tarCode' in error && error.tarCode === 'TAR_BAD_ARCHIVE';
  }

  /** The first failure is the cause; whoever waits for something that will not come any more is told. */
  fail(error: unknown): void {
    this.#failures.push(this.#asSourceError(error));
    this.#current?.destroy(error instanceof Error ? error : undefined);
    this.wake();
    this.finish();
  }

  begin(entry: ReadEntry): void {
    this.#entries += 1;
    const { entries } = this.#options;
    // some readers end here (GNU tar), some refuse it (Go's archive/tar): it must not mean two things
    if (this.#ending === 'nullBlock') this.fail(sourceError(this.#name, 'one block of zeros between two entries'));
    if (this.#entries > entries) this.fail(sourceError(this.#name, 'entries', { expected: `<= ${entries}` }));
    if (!this.#isWanted(entry)) {
      entry.resume();
      return;
    }
    this.#using = this.#using.then(() => this.#useEntry(entry)).catch((error: unknown) => this.fail(error));
  }

  /** After a write that the parser could not take: until it can, or something failed. */
  async drained(): Promise<void> {
    if (this.failed) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake();
  }

  /** False: these bytes stand behind the end mark. */
  wantsMore(bytes: number): boolean {
    if (this.#ending === 'endMark') return false;
    this.#bytes += bytes;
    return true;
  }

  nullBlock(): void {
    this.#ending = 'nullBlock';
  }

  endMark(): void {
    this.#ending = 'endMark';
  }

  sourceEnds(): void {
    this.#sourceEnded = true;
  }

  finish(): void {
    if (!this.failed && this.#ending !== 'endMark') this.#requireWhole();
    this.#finished.resolve();
  }

  async settled(): Promise<void> {
    await this.#finished.promise;
    await this.#using;
    if (this.failed) throw this.#failures[0];
  }

  /** The parser takes the end of its input for the archive's. */
  #requireWhole(): void {
    const missing = this.#bytes % blockSize === 0 ? 'end mark' : 'header';
    if (missing === 'end mark' && this.#options.mayLackEnd) return;
    const cut = missing === 'end mark' ? 'no end mark' : 'cut off in a header';
    this.#failures.push(truncatedSource(this.#name, `tar: ${cut}`, { found: `${this.#bytes} bytes` }));
  }

  /** The parser's errors carry a `tarCode`; those that come when there is no more to read are of a source that was cut off. */
  #asSourceError(error: unknown): unknown {
    if (!(error instanceof Error && 'tarCode' in error)) return error;
    if (this.#entries === 0 && this.#looksLike !== undefined) {
      const expected = 'tar, plain or packed with gzip or zstd';
      return sourceError(this.#name, this.#looksLike, { expected, found: this.#looksLike, cause: error });
    }
    const what = `tar: ${error.tarCode}`;
    return this.#sourceEnded && this.#entries > 0
      ? truncatedSource(this.#name, what, { found: `${this.#bytes} bytes`, cause: error })
      : sourceError(this.#name, what, { cause: error });
  }

  #isWanted({ path, type, linkpath }: ReadEntry): boolean {
    const { wants } = this.#options;
    if (wants === undefined || this.failed) return true;
    try {
      return wants({ path, type: typeOf(type), target: linkpath ?? '' });
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  async #useEntry(entry: ReadEntry): Promise<void> {
    if (this.failed) return;
    const { path, size } = entry;
    const content = toReadable(entry);
    this.#current = content;
    const type = typeOf(entry.type);
    const isFolder = folderTypes.includes(entry.type);
    if (!this.#options.anyType && !isFolder && (type === 'other' || type === 'hardLink')) {
      throw sourceError(this.#name, `entry type ${entry.type} of ${JSON.stringify(path)}`);
    }
    // nothing is made of a folder, but an archive whose folders lead outside is no image's
    if (!this.#options.anyType && isFolder) sourcePath(this.#name, path);
    if (this.#options.anyType || !isFolder) {
      await this.#use({ path, type, target: entry.linkpath ?? '', size: type === 'file' ? size : 0, content });
    }
    // the rest of what was not read; the parser waits for the entry's end
    content.destroy();
    entry.resume();
  }
}

function typeOf(type: string): TarEntry['type'] {
  if (fileTypes.includes(type)) return 'file';
  if (type === 'SymbolicLink') return 'link';
  return type === 'Link' ? 'hardLink' : 'other';
}

/** Node's own kind of stream, which can be destroyed while somebody waits for it. */
function toReadable(entry: ReadEntry): Readable {
  const readable = new Readable({ highWaterMark: readChunkBytes, read: () => entry.resume() });
  // destroyed with an error while nobody reads: the failure is kept elsewhere
  readable.on('error', () => undefined);
  entry.on('data', (chunk) => {
    // once destroyed, what is left of the entry is let through unseen
    if (!readable.destroyed && !readable.push(chunk)) entry.pause();
  });
  entry.on('end', () => readable.push(null));
  return readable;
}
