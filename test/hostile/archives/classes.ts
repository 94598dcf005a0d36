import { bombs, damaged } from './compression.ts';
import { ambiguity, digests, documents, honestArchives, spoofing } from './documents.ts';
import { headers, links, sparse, truncated, types } from './entries.ts';
import { absolute, gnuLongNames, paxAbuse, traversal, twice, unicode } from './names.ts';
import type { ArchiveVector } from './vector.ts';

/** Hostile archives by what they abuse. */
export const archiveClasses: Record<string, readonly ArchiveVector[]> = {
  'path traversal': traversal,
  'absolute paths': absolute,
  'GNU long names': gnuLongNames,
  'PAX abuse': paxAbuse,
  'duplicate entries, case': twice,
  'Unicode normalisation': unicode,
  'hard and symbolic links': links,
  'devices and other types': types,
  'sparse files': sparse,
  'headers and sizes': headers,
  truncated,
  'compression bombs': bombs,
  'damaged compression': damaged,
  documents,
  'manifest and index ambiguity': ambiguity,
  'digest traversal': digests,
  'tag spoofing': spoofing,
  honest: honestArchives,
};
