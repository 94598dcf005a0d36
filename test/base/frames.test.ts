import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  type Frame,
  FrameError,
  FrameReader,
  maxFrameLength,
  peerFrame,
} from '../../installer/base/frames.ts';
import { engineNote, noteFrame, readNote, windowNote } from '../../installer/base/host-note.ts';

const frames: Frame[] = [
  { kind: 'text', body: '{"привет":"мир"}' },
  { kind: 'text', body: '' },
  { kind: 'binary', body: new Uint8Array([0, 255, 1, 0, 0]) },
  noteFrame({ session: 2, running: true }),
];

describe('frames', () => {
  it.each([1, 2, 3, 7, 1000])('come back whole when the pipe cuts them every %d bytes', (size) => {
    const stream = Buffer.concat(frames.map(encodeFrame));
    const reader = new FrameReader();
    const read: Frame[] = [];
    for (let at = 0; at < stream.length; at += size) read.push(...reader.push(stream.subarray(at, at + size)));
    expect(read.map((frame) => ({ ...frame, body: Buffer.from(frame.body as string).toString('hex') }))).toEqual(
      frames.map((frame) => ({ ...frame, body: Buffer.from(frame.body as string).toString('hex') })),
    );
    expect(reader.unfinished).toBe(0);
  });

  it('tell text from bytes as a port gives them', () => {
    expect(peerFrame('a').kind).toBe('text');
    expect(peerFrame(new Uint8Array(1)).kind).toBe('binary');
  });

  it.each([
    ['a length over the limit', [255, 255, 255, 255, 0]],
    ['an unknown kind', [0, 0, 0, 1, 3, 65]],
    ['text that is not UTF-8', [0, 0, 0, 1, 0, 255]],
  ])('%s is refused', (_name, bytes) => {
    expect(() => new FrameReader().push(Uint8Array.from(bytes))).toThrow(FrameError);
  });

  it('longer than the limit are not written', () => {
    expect(() => encodeFrame({ kind: 'binary', body: new Uint8Array(maxFrameLength + 1) })).toThrow(FrameError);
  });

  it('a message cut off at the stream’s end is seen', () => {
    const reader = new FrameReader();
    expect(reader.push(encodeFrame({ kind: 'text', body: 'abc' }).subarray(0, 6))).toEqual([]);
    expect(reader.unfinished).toBe(6);
  });
});

describe('notes', () => {
  it.each([
    '',
    'null',
    '{}',
    '{"session":0}',
    '{"session":1,"more":1}',
    '{"session":"1"}',
    '{"session":1.5}',
  ])('%j is none of the window’s', (body) => {
    expect(() => readNote(windowNote, body)).toThrow(FrameError);
  });

  it('come back as they were written', () => {
    expect(readNote(windowNote, noteFrame({ session: 7 }).body as string)).toEqual({ session: 7 });
    expect(readNote(engineNote, '{"session":0,"running":false}')).toEqual({ session: 0, running: false });
  });
});
