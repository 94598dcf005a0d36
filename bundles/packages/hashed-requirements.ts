import type { BundleFile } from '../../installer/contract/manifest.ts';
import { distributionAt } from './distribution-name.ts';

/** The name under packages/ of the list that is made from what lies there. */
export const hashedRequirementsFile = 'packages/requirements.hashed.txt';

/**
 * A requirements file that pins each Python distribution in packages/ to its sha256, so that pip itself refuses any other:
 * `pip install --no-index --find-links packages --require-hashes -r packages/requirements.hashed.txt`
 * (https://pip.pypa.io/en/stable/topics/secure-installs/). Undefined where there is none, or a project has two versions, which
 * one list cannot hold.
 */
export function hashedRequirements(files: readonly BundleFile[]): string | undefined {
  const projects = new Map<string, { version: string; hashes: string[] }>();
  for (const { path, digest } of files) {
    const distribution = distributionAt(path);
    if (distribution === undefined) continue;
    const { project, version } = distribution;
    const known = projects.get(project) ?? { version, hashes: [] };
    if (known.version !== version) return undefined;
    known.hashes.push(digest);
    projects.set(project, known);
  }
  if (projects.size === 0) return undefined;
  const lines = [...projects]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { version, hashes }]) => {
      const pins = hashes.sort().map((hash) => ` \\\n    --hash=${hash}`);
      return `${name}==${version}${pins.join('')}\n`;
    });
  return lines.join('');
}
