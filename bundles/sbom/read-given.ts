import { InstallerError } from '../../installer/base/errors.ts';
import { type CycloneDx, cycloneDx, sbomLimits } from '../../installer/contract/sbom.ts';
import { sameReference } from '../images/reference.ts';
import { readSmallFile } from '../writing/read-small.ts';

/** An SBOM that the vendor gives for an image of the product. */
export interface GivenSbom {
  /** The image's name in the product. */
  image: string;
  bytes: Buffer;
}

/** Throws SBOM_FORMAT, SOURCE_UNREADABLE, and USAGE for an image that the product has not, or that has one already. */
export async function readGivenSboms(
  given: readonly { image: string; path: string }[],
  images: readonly { name: string; ref: string }[],
): Promise<GivenSbom[]> {
  const sboms: GivenSbom[] = [];
  for (const { image, path } of given) {
    const found = images.find(({ name, ref }) => name === image || sameReference(ref, image));
    if (found === undefined || sboms.some((other) => other.image === found.name)) {
      throw new InstallerError('USAGE', {
        params: { what: `--sbom ${image}=${path}` },
        expected: images.map(({ name }) => name).join(', '),
        found: image,
      });
    }
    const bytes = await readSmallFile(path, sbomLimits.documentBytes);
    parseSbom(bytes, path);
    sboms.push({ image: found.name, bytes });
  }
  return sboms;
}

/** Throws SBOM_FORMAT naming the first place that does not fit. */
export function parseSbom(bytes: Buffer, file: string): CycloneDx {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new InstallerError('SBOM_FORMAT', { params: { file, what: 'json' }, cause: error });
  }
  const parsed = cycloneDx.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InstallerError('SBOM_FORMAT', { params: { file, what: issue?.path.join('.') ?? '' }, cause: parsed.error });
}
