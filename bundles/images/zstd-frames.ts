/** A zstd file that does not keep to its format; `code` as Node.js names such errors. */
export class ZstdFormatError extends Error {
  readonly code: 'ZSTD_truncated' | 'ZSTD_notAFrame' | 'ZSTD_reserved';

  constructor(code: ZstdFormatError['code'], at: number) {
    super(`${code} at byte ${at}`);
    this.code = code;
  }
}

/** RFC 8878, 3.1.1: Magic_Number, little-endian. */
const frameMagic = 0xfd2fb528;
/** RFC 8878, 3.1.2: Magic_Number of skippable frames, 0x184D2A50 to 0x184D2A5F. */
const skippableMagic = 0x184d2a50;

/** True for the first four bytes of a frame of either kind. */
export function isZstdMagic(magic: number): boolean {
  return magic === frameMagic || isSkippable(magic);
}

function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === skippableMagic;
}

/** What the walker stands in front of. */
type Part = 'magic' | 'skipSize' | 'skipped' | 'descriptor' | 'frameHeader' | 'blockHeader' | 'block' | 'checksum';

/** Lengths of Frame_Content_Size and Dictionary_ID by their flags, bytes (RFC 8878, 3.1.1.1.1). */
const contentSizeBytes = [0, 2, 4, 8] as const;
const dictionaryBytes = [0, 1, 2, 4] as const;

/**
 * Finds where each frame of a zstd file ends, without unpacking it: a file is any number of frames, one behind the other, and those to
 * skip may stand anywhere (RFC 8878, 3.1). Node.js's decompressor ends with the first frame and knows none to skip: it is given the
 * slices that come out here, none of which reaches beyond its frame's end. Holds at most eight bytes of what it has seen.
 */
export class ZstdFrames {
  #part: Part = 'magic';
  /** Bytes still wanted of this part: to be gathered where its value counts, else to be let through. */
  #left = 4;
  readonly #gathered = Buffer.alloc(8);
  #have = 0;
  #hasChecksum = false;
  #isLastBlock = false;
  #at = 0;

  /**
   * The parts of `chunk` that belong to frames with content, in order. Throws ZstdFormatError for what is no frame and for a block of
   * the reserved type.
   */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    /** Where the part of the chunk begins that was not given out yet; the magic is given out when it is known. */
    let from = 0;
    let position = 0;
    while (position < chunk.length) {
      const slice = chunk.subarray(position, position + this.#left);
      const part = this.#part;
      if (isGathered(part)) {
        this.#gathered.set(slice, this.#have);
        this.#have += slice.length;
      }
      position += slice.length;
      this.#left -= slice.length;
      this.#at += slice.length;
      if (this.#left > 0) break;
      this.#enterNext();
      if (part === 'magic') {
        if (this.#part === 'descriptor') yield Uint8Array.prototype.slice.call(this.#gathered, 0, 4);
        from = position;
      } else if (part === 'skipped' || part === 'skipSize') {
        from = position;
      } else if (this.#part === 'magic') {
        yield chunk.subarray(from, position);
        from = position;
      }
    }
    const isLetThrough = this.#part !== 'magic' && this.#part !== 'skipSize' && this.#part !== 'skipped';
    if (isLetThrough && from < position) yield chunk.subarray(from, position);
  }

  /** Throws ZstdFormatError where the file ends within a frame. */
  end(): void {
    if (this.#part !== 'magic' || this.#have > 0) throw new ZstdFormatError('ZSTD_truncated', this.#at);
  }

  /** The part in front is complete; what follows may be empty, and then there is nothing to wait for. */
  #enterNext(): void {
    do {
      [this.#part, this.#left] = this.#next();
      this.#have = 0;
    } while (this.#left === 0);
  }

  /** What the complete part says about the next one: which it is, and its bytes. */
  #next(): [Part, number] {
    const value = this.#gathered;
    switch (this.#part) {
      case 'magic': {
        const magic = value.readUInt32LE(0);
        if (!isZstdMagic(magic)) throw new ZstdFormatError('ZSTD_notAFrame', this.#at - 4);
        return isSkippable(magic) ? ['skipSize', 4] : ['descriptor', 1];
      }
      case 'skipSize':
        return ['skipped', value.readUInt32LE(0)];
      case 'descriptor': {
        const descriptor = value.readUInt8(0);
        const isSingleSegment = (descriptor & 0x20) !== 0;
        this.#hasChecksum = (descriptor & 0x04) !== 0;
        const contentSize = contentSizeBytes[(descriptor >> 6) as 0 | 1 | 2 | 3];
        const dictionary = dictionaryBytes[(descriptor & 0x03) as 0 | 1 | 2 | 3];
        // Window_Descriptor, Dictionary_ID, Frame_Content_Size, which a single segment has in one byte at least
        const rest = isSingleSegment ? Math.max(contentSize, 1) : 1 + contentSize;
        return ['frameHeader', rest + dictionary];
      }
      case 'frameHeader':
        return ['blockHeader', 3];
      case 'blockHeader': {
        const header = value.readUIntLE(0, 3);
        const type = (header >> 1) & 0x03;
        if (type === 3) throw new ZstdFormatError('ZSTD_reserved', this.#at - 3);
        this.#isLastBlock = (header & 0x01) === 1;
        // RLE_Block: one byte, whatever its size says
        return ['block', type === 1 ? 1 : header >> 3];
      }
      case 'block':
        if (!this.#isLastBlock) return ['blockHeader', 3];
        return this.#hasChecksum ? ['checksum', 4] : ['magic', 4];
      case 'skipped':
      case 'checksum':
        return ['magic', 4];
    }
  }
}

function isGathered(part: Part): boolean {
  return part === 'magic' || part === 'skipSize' || part === 'descriptor' || part === 'blockHeader';
}
