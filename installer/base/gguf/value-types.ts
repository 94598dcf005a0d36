/** gguf_metadata_value_type: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#file-structure */
export const valueTypes = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

export type ValueTypeName = keyof typeof valueTypes;

const names = new Map(Object.entries(valueTypes).map(([name, number]) => [number, name as ValueTypeName]));

/** Bytes of one value; 0: its length stands in the file. */
const sizes: Readonly<Record<ValueTypeName, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  string: 0,
  array: 0,
  uint64: 8,
  int64: 8,
  float64: 8,
};

export function valueTypeName(number: number): ValueTypeName | undefined {
  return names.get(number as (typeof valueTypes)[ValueTypeName]);
}

export function valueSize(name: ValueTypeName): number {
  return sizes[name];
}
