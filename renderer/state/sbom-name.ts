/** `sbom/NAME.cdx.json` → NAME: the image, and its platform where it has several. */
export function sbomName(path: string): string {
  return path.replace(/^sbom\//, '').replace(/\.cdx\.json$/, '');
}
