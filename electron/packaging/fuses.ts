/** https://www.electronjs.org/docs/latest/tutorial/fuses: what the binary itself can never do again once it is packaged. */
export const fuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
} as const;
export type FuseName = keyof typeof fuses;

/** Since when a fuse exists (major version): an older binary has no place for it. */
const since: Partial<Record<FuseName, number>> = { grantFileProtocolExtraPrivileges: 29 };

/** The fuses that this Electron has, with those that a test's build sets otherwise. */
export function fusesFor(
  electronVersion: string,
  changed: Partial<Record<FuseName, boolean>> = {},
): Partial<Record<FuseName, boolean>> {
  const major = Number.parseInt(electronVersion, 10);
  const all: Record<FuseName, boolean> = { ...fuses, ...changed };
  const had = Object.entries(all).filter(([name]) => (since[name as FuseName] ?? 0) <= major);
  return Object.fromEntries(had);
}
