/**
 * Each defence of the window by name. The suite builds the app once more for each of them with that one left out, to show
 * that its test would catch its loss; a build for people has none left out (test/electron/release.test.ts).
 */
export const defences = [
  'sandbox',
  'contextIsolation',
  'nodeIntegration',
  'webSecurity',
  'insecureContent',
  'experimentalFeatures',
  'blinkFeatures',
  'permissions',
  'csp',
  'webviewTag',
  'webviewGuard',
  'navigation',
  'windows',
  'openExternal',
  'sender',
  'scheme',
  'exposure',
  'downloads',
  'outsideRequests',
  'singleInstance',
  'quitAsks',
  'windowStateChecks',
] as const;
export type Defence = (typeof defences)[number];

/** Put in by the bundler (build.ts): the defences left out of this build. */
declare const __WEAKENED__: readonly Defence[];

export function stands(defence: Defence): boolean {
  return !__WEAKENED__.includes(defence);
}
