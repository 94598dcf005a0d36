import type { BundleImage } from '../../installer/contract/manifest.ts';
import type { CycloneDx } from '../../installer/contract/sbom.ts';

/** One SBOM as the pages list it. */
export interface ListedSbom {
  image: BundleImage;
  platform: string;
  /** In the bundle. */
  path: string;
  given: boolean;
  document: CycloneDx;
}
