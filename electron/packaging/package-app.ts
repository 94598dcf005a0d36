import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { execa } from 'execa';
import type { ElectronRuntime } from '../runtime/cached-runtime.ts';
import { type FuseName, fusesFor } from './fuses.ts';

export interface PackageOptions {
  /** What build.ts made. electron-builder refuses it outside the home folder, the temporary folder and itself. */
  app: string;
  /** Puts the engine (stage-engine.ts) at the path it is given, below the packaged app's resources. */
  addEngine: (folder: string) => Promise<void>;
  out: string;
  runtime: ElectronRuntime;
  /** Fuses that a test needs otherwise than they ship. */
  fuses?: Partial<Record<FuseName, boolean>>;
}

/**
 * Packages the desktop app as a folder (electron-builder's `dir`) on a runtime that is already here: nothing is downloaded,
 * nothing is rebuilt. Gives the executable's path.
 */
export async function packageApp(options: PackageOptions): Promise<string> {
  await build({
    targets: Platform.LINUX.createTarget('dir'),
    // Not the repository: its node_modules would be searched for what to pack, and all is bundled.
    projectDir: options.app,
    publish: 'never',
    config: {
      appId: 'org.airgap-installer.desktop',
      productName: 'Air-gap Installer',
      directories: { output: options.out },
      electronDist: options.runtime.dist,
      electronVersion: options.runtime.version,
      npmRebuild: false,
      asar: true,
      files: ['**/*', '!node_modules'],
      // Not `extraResources`, which leaves every node_modules folder out.
      afterPack: async ({ appOutDir }) => {
        const resources = join(appOutDir, 'resources');
        await rm(join(resources, 'default_app.asar'), { force: true });
        await options.addEngine(join(resources, 'engine'));
      },
      electronFuses: fusesFor(options.runtime.version, options.fuses),
      linux: { executableName: 'airgap-desktop', category: 'System' },
    },
  });
  const unpacked = join(options.out, 'linux-unpacked');
  // Whoever packages may have kept all to themselves (umask); whoever starts it is somebody else.
  await execa('chmod', ['--recursive', 'u=rwX,go=rX', unpacked]);
  return join(unpacked, 'airgap-desktop');
}
