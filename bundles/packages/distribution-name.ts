// https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
const wheelName = /^([A-Za-z0-9][A-Za-z0-9._]*)-([A-Za-z0-9_.!+]+)(?:-\d[A-Za-z0-9_.]*)?-[^-]+-[^-]+-[^-]+\.whl$/;
// https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name
const sourceName = /^([A-Za-z0-9][A-Za-z0-9._-]*)-([A-Za-z0-9_.!+]+)\.(?:tar\.gz|zip)$/;

/** Project and version of a Python distribution below packages/, by its name; `undefined` for what is none. */
export function distributionAt(path: string): { project: string; version: string } | undefined {
  const [folder, ...rest] = path.split('/');
  const file = rest.at(-1) ?? '';
  const [, name = '', version = ''] =
    folder === 'packages' ? (wheelName.exec(file) ?? sourceName.exec(file) ?? []) : [];
  return name === '' ? undefined : { project: normalisedProject(name), version };
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
export function normalisedProject(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
