/** The Electron that is pinned must still get fixes: the newest three major versions do (electronjs.org/docs/latest/tutorial/electron-timelines). */
export const oldestSupported = 45;

/**
 * Throws unless this runtime may be given to people: exactly the one that package.json pins, and one that is supported. The cached
 * test runtime is neither.
 */
export function requireReleaseVersion(version: string, pinnedVersion: string | undefined): void {
  if (pinnedVersion === undefined || !/^\d+\.\d+\.\d+$/.test(pinnedVersion)) {
    throw new Error(`package.json must pin one exact Electron, not ${pinnedVersion ?? 'none'}`);
  }
  if (version !== pinnedVersion)
    throw new Error(`Electron ${version} is not the pinned ${pinnedVersion}: not for release`);
  if (Number.parseInt(version, 10) < oldestSupported)
    throw new Error(`Electron ${version} gets no fixes: not for release`);
}
