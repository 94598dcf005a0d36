import { z } from 'zod';

/** `sha256:<64 hex>`: https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests */
export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export type Digest = z.infer<typeof digest>;

export const byteCount = z.int().min(0);

/** A path inside a bundle: relative, POSIX, no empty, `.` or `..` segments, portable ASCII characters only. */
export const bundlePath = z
  .string()
  .max(512)
  .regex(/^[A-Za-z0-9_+-][A-Za-z0-9._+@=-]*(\/[A-Za-z0-9_+-][A-Za-z0-9._+@=-]*)*$/);
