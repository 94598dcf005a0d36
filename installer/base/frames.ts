/**
 * What crosses the pipe between the engine process and its desktop window. `text` and `binary` are messages of the
 * message-port peers (oRPC) and are relayed unread; `host` is a JSON line from the engine to the window's own process
 * (hostNote), which never reaches the page.
 */
export type Frame = { kind: 'text' | 'host'; body: string } | { kind: 'binary'; body: Uint8Array };

/** Longer messages are refused on both sides, before memory is taken for them (bytes). */
export const maxFrameLength = 16 * 1024 * 1024;

const headerLength = 5;
const kinds = ['text', 'binary', 'host'] as const;

/** A frame that no honest peer writes: a length over the limit, an unknown kind, text that is not UTF-8. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** A frame for a peer's message, as its `postMessage` gives it. */
export function peerFrame(message: string | Uint8Array): Frame {
  return typeof message === 'string' ? { kind: 'text', body: message } : { kind: 'binary', body: message };
}

/**
 * One frame: the body's length (4 bytes, big-endian), its kind (1 byte; 0 UTF-8 text, 1 bytes, 2 UTF-8 for the host), the
 * body. Gives a message the borders that a pipe does not keep. Throws FrameError for a body over the limit.
 */
export function encodeFrame(content: Frame): Uint8Array {
  const bytes = content.kind === 'binary' ? content.body : new TextEncoder().encode(content.body);
  if (bytes.length > maxFrameLength) throw new FrameError(`a frame of ${bytes.length} bytes is too long`);
  const frame = new Uint8Array(headerLength + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, bytes.length);
  view.setUint8(4, kinds.indexOf(content.kind));
  frame.set(bytes, headerLength);
  return frame;
}

/** Cuts a byte stream back into messages, however the pipe split them. After a FrameError it must not be used again. */
export class FrameReader {
  #pending: Uint8Array[] = [];
  #length = 0;

  /** The messages that are whole with this chunk. Throws FrameError at the first byte that cannot be right. */
  push(chunk: Uint8Array): Frame[] {
    this.#pending.push(chunk);
    this.#length += chunk.length;
    const whole: Frame[] = [];
    while (this.#length >= headerLength) {
      const header = this.#peek(headerLength);
      const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
      const length = view.getUint32(0);
      const kind = kinds[view.getUint8(4)];
      if (length > maxFrameLength) throw new FrameError(`a frame announces ${length} bytes`);
      if (kind === undefined) throw new FrameError(`a frame is of unknown kind ${view.getUint8(4)}`);
      if (this.#length < headerLength + length) break;
      const body = this.#peek(headerLength + length).subarray(headerLength);
      this.#drop(headerLength + length);
      whole.push(kind === 'binary' ? { kind, body: body.slice() } : { kind, body: decode(body) });
    }
    return whole;
  }

  /** Bytes of a frame that has not ended yet: more than none at the stream's end is a message cut off. */
  get unfinished(): number {
    return this.#length;
  }

  /** The first `count` bytes in one piece. Chunks are joined only when a frame spans them and is whole. */
  #peek(count: number): Uint8Array {
    const first = this.#pending[0];
    if (first !== undefined && first.length >= count) return first.subarray(0, count);
    const joined = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pending) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.#pending = [joined];
    return joined.subarray(0, count);
  }

  #drop(count: number): void {
    const first = this.#pending[0] ?? new Uint8Array();
    this.#pending[0] = first.subarray(count);
    this.#length -= count;
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FrameError('a text frame is not UTF-8', { cause });
  }
}
