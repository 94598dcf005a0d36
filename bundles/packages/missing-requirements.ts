import { sourceLimits } from '../images/limits.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { distributionAt, normalisedProject } from './distribution-name.ts';

const requirementsFile = /^packages\/(?:.*\/)?requirements[^/]*\.txt$/;
/** https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
const requirement = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[|[=<>!~]|$)/;

/**
 * What a requirements file below packages/ asks for under every circumstance, and no distribution there is of. Requirements with a marker
 * may not concern the site, those with an address and pip's own options are not judged.
 */
export async function missingRequirements(output: BundleOutput): Promise<{ file: string; name: string }[]> {
  const files = output.files();
  const carried = new Set(files.flatMap(({ path }) => distributionAt(path)?.project ?? []));
  const missing: { file: string; name: string }[] = [];
  for (const file of files) {
    if (!requirementsFile.test(file.path) || file.size > sourceLimits.documentBytes) continue;
    const text = (await output.readRange(file, 0, file.size)).toString('utf8');
    for (const name of unconditional(text)) {
      if (!carried.has(normalisedProject(name))) missing.push({ file: file.path, name });
    }
  }
  return missing;
}

function unconditional(text: string): string[] {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  return lines.flatMap((line) => {
    const [wanted = ''] = line.replace(/(^|\s)#.*$/, '').split(/\s--/);
    return wanted.includes(';') ? [] : (requirement.exec(wanted.trim())?.[1] ?? []);
  });
}
