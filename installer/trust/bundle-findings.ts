import type { Finding } from '../contract/findings.ts';
import type { BundleManifest } from '../contract/manifest.ts';

/**
 * What the bundle's dates say against this machine's clock. Warnings, never more: clocks of isolated sites are wrong, and a
 * clock must not be what opens or shuts a site (the design's answer to TUF's freeze attack: people are told).
 */
export function bundleFindings(manifest: BundleManifest, now: Date): Finding[] {
  const { created, expires, release } = manifest;
  const warning = (code: 'BUNDLE_EXPIRED' | 'BUNDLE_CLOCK', expected: string): Finding => ({
    code,
    status: 'warn',
    subject: '',
    unit: 'text',
    expected,
    found: now.toISOString(),
    params: { release },
  });
  const findings: Finding[] = [];
  if (expires !== undefined && now > new Date(expires)) findings.push(warning('BUNDLE_EXPIRED', expires));
  if (now < new Date(created)) findings.push(warning('BUNDLE_CLOCK', created));
  return findings;
}
