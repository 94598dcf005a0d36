import type { ValueTypeName } from './value-types.ts';

/** A value too long to keep: what it is and how long, in elements of an array or bytes of a string. */
export interface GgufSummarised {
  readonly type: ValueTypeName;
  readonly of?: ValueTypeName;
  readonly length: number;
}

/** 64-bit integers beyond 2^53 are decimal text, so that everything here survives JSON. */
export type GgufScalar = number | boolean | string;
export type GgufValue = GgufScalar | readonly number[] | GgufSummarised;

export interface GgufEntry {
  readonly type: ValueTypeName;
  readonly value: GgufValue;
}

export interface GgufTensor {
  readonly name: string;
  /** Elements per dimension, fastest first as in the file. */
  readonly dims: readonly number[];
  readonly type: string;
  /** Bytes from the start of the tensor data. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly elements: number;
}

/** What a header says in numbers; null where the file does not say. JSON-safe. */
export interface GgufSummary {
  readonly version: number;
  readonly architecture: string;
  readonly name: string | null;
  /** Tokens the model was trained for. */
  readonly contextLength: number | null;
  readonly blockCount: number | null;
  readonly embeddingLength: number | null;
  readonly headCount: number | null;
  /** The largest of all layers where layers differ. */
  readonly headCountKv: number | null;
  readonly keyLength: number | null;
  readonly valueLength: number | null;
  readonly ropeDim: number | null;
  readonly vocabSize: number | null;
  /** general.file_type: the type of most tensors. */
  readonly fileType: number | null;
  readonly parameterCount: number;
  readonly tensorCount: number;
  /** Bytes of all tensors. */
  readonly tensorBytes: number;
  /** Where the tensor data starts in the file, bytes. */
  readonly dataOffset: number;
  readonly alignment: number;
}

/** A header that holds: all counts bounded, all tensors within the file, none overlapping. */
export interface GgufHeader extends GgufSummary {
  readonly metadata: ReadonlyMap<string, GgufEntry>;
  readonly tensors: readonly GgufTensor[];
  /** KV heads of each layer where layers differ (hybrid models have layers with none). */
  readonly headCountKvByLayer: readonly number[] | null;
}
