import type { HeaderCursor } from './cursor.ts';
import { type ValueTypeName, valueSize } from './value-types.ts';

export type NumberTypeName = Exclude<ValueTypeName, 'bool' | 'string' | 'array'>;

/** 64-bit integers that a double cannot hold become decimal text. */
function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

const decoders: Readonly<Record<NumberTypeName, (bytes: Buffer) => number | string>> = {
  uint8: (bytes) => bytes.readUInt8(),
  int8: (bytes) => bytes.readInt8(),
  uint16: (bytes) => bytes.readUInt16LE(),
  int16: (bytes) => bytes.readInt16LE(),
  uint32: (bytes) => bytes.readUInt32LE(),
  int32: (bytes) => bytes.readInt32LE(),
  float32: (bytes) => bytes.readFloatLE(),
  uint64: (bytes) => exact(bytes.readBigUInt64LE()),
  int64: (bytes) => exact(bytes.readBigInt64LE()),
  float64: (bytes) => bytes.readDoubleLE(),
};

/** The next number; the caller has made its bytes readable. */
export function readNumber(cursor: HeaderCursor, type: NumberTypeName): number | string {
  return decoders[type](cursor.bytes(valueSize(type)));
}
