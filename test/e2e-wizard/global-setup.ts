import { ensureRenderer } from '../../renderer/build/ensure.ts';
import { ensureHostPackages } from '../site/host-packages.ts';

/** Debian's Chromium and Firefox, and the wizard's pages as they are now. */
export async function setup(): Promise<void> {
  await ensureHostPackages(console.error, { chromium: 'chromium', 'firefox-esr': 'firefox-esr' });
  await ensureRenderer();
}
