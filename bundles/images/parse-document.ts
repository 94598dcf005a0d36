import type { z } from 'zod';
import { sha256 } from '../../installer/base/hash.ts';
import { blobPath, type Descriptor } from '../../installer/contract/oci.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';

/** JSON of a source → the schema's value; SOURCE_FORMAT naming the document. */
export function parseDocument<T>(content: SourceContent, path: string, bytes: Buffer, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw sourceError(content.name, path, { cause: error });
  }
  const result = schema.safeParse(value);
  if (!result.success) throw sourceError(content.name, path, { cause: result.error });
  return result.data;
}

/** The document that a descriptor names, of the digest and size it says. */
export async function describedDocument(
  content: SourceContent,
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
): Promise<Buffer> {
  const path = blobPath(descriptor.digest);
  const bytes = await content.document(path);
  if (bytes === undefined) throw sourceError(content.name, `no ${path}`);
  const found = sha256(bytes);
  if (found !== descriptor.digest || bytes.length !== descriptor.size) {
    throw sourceError(content.name, path, {
      expected: `${descriptor.digest}, ${descriptor.size} bytes`,
      found: `${found}, ${bytes.length} bytes`,
    });
  }
  return bytes;
}
