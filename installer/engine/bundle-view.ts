import { harmless, marked } from '../base/foreign-text.ts';
import { namingFile } from '../base/gguf/failure.ts';
import { sha256 } from '../base/hash.ts';
import { bundleManifest } from '../contract/manifest.ts';
import type { BundleView } from '../contract/requests.ts';
import { hashEveryByte } from '../media/hash-every-byte.ts';
import { openMedia } from '../media/open-media.ts';
import { inspectModel } from '../model/bundle-model.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { bundleFindings } from '../trust/bundle-findings.ts';
import { parseJson } from '../trust/parse-json.ts';
import { verifyBundle } from '../trust/verify-bundle.ts';

const maxManifestBytes = 64 * 1024 * 1024;

/** What a bundle says of itself. A forged bundle says what it likes. */
export async function inspectBundle(dir: string): Promise<BundleView> {
  const media = await openMedia(dir);
  const bytes = await media.read('bundle.json', maxManifestBytes);
  return {
    dir,
    verified: false,
    manifest: harmless(parseJson(bytes, bundleManifest, 'BUNDLE_FORMAT', 'bundle.json'), marked),
    manifestDigest: sha256(bytes),
    rootVersion: null,
    signers: [],
    thresholds: [],
  };
}

interface Hashed {
  done: number;
  total: number;
  path: string;
}

/**
 * Verifies signatures and structure, then every byte, telling how far it is, and that each model is one; returns the verified view.
 */
export async function* verifyWholeBundle(
  request: { dir: string; root: string },
  signal: AbortSignal,
): AsyncGenerator<Hashed, BundleView> {
  const media = await openMedia(request.dir);
  const bundle = await verifyBundle({ media, root: request.root, expectedProduct: null, installedRelease: null });
  let latest: Hashed | undefined;
  let wake: () => void = () => undefined;
  let ended = false;
  const work = hashEveryByte(bundle, {
    signal,
    onProgress: (done, total, path) => {
      latest = { done, total, path };
      wake();
    },
  }).finally(() => {
    ended = true;
    wake();
  });
  // Awaited below; without this a failure before that would be unhandled.
  work.catch(() => undefined);
  while (!ended) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (latest !== undefined && !ended) {
      const hashed = latest;
      latest = undefined;
      yield hashed;
    }
  }
  await work;
  await requireModels(bundle);
  return bundleViewOf(bundle);
}

/** What is signed and whole may still be no model. Throws GGUF_* as placing it on the site would; what a base release has is there. */
async function requireModels(bundle: VerifiedBundle): Promise<void> {
  const assumed = new Set((bundle.manifest.assumed ?? []).map(({ path }) => path));
  for (const { id, path } of bundle.manifest.models) {
    if (!assumed.has(path)) await namingFile(path, () => inspectModel(bundle, id));
  }
}

/** A verified bundle as faces show it. */
export function bundleViewOf(bundle: VerifiedBundle): BundleView {
  return {
    dir: bundle.dir,
    verified: true,
    manifest: bundle.manifest,
    manifestDigest: bundle.manifestDigest,
    rootVersion: bundle.rootVersion,
    signers: [...bundle.signers],
    thresholds: [...bundle.thresholds],
    findings: bundleFindings(bundle.manifest, new Date()),
  };
}
