import { checkAnswers } from '../config/answers.ts';
import type { StepInfo } from '../contract/events.ts';
import type { InstallRequest } from '../contract/requests.ts';
import type { PlanPreview } from '../contract/wizard.ts';
import { bundleDisk } from './disk.ts';
import { openVerified } from './open-bundle.ts';
import type { EnginePorts } from './ports.ts';
import { readProduct } from './product.ts';
import { diskNeeds } from './readiness-input.ts';
import { sitePaths } from './site-paths.ts';
import { withSitePresets } from './site-presets.ts';
import { stepChanges } from './step-changes.ts';

/** What an install would do, step by step of the plan, from a bundle whose signatures hold. Changes nothing. */
export async function previewInstall(
  ports: EnginePorts,
  request: InstallRequest,
  steps: readonly StepInfo[],
  signal?: AbortSignal,
): Promise<PlanPreview> {
  const bundle = await openVerified({ dir: request.bundle, root: request.root });
  const product = await withSitePresets(ports, await readProduct(bundle), signal);
  const { values } = checkAnswers(product, request.answers);
  const source = { dataDir: ports.dataDir, manifest: bundle.manifest, product, answers: values };
  const journal = ports.readJournal();
  const alreadyInstalled = journal?.installed()?.manifestDigest === bundle.manifestDigest;
  journal?.close();
  const needs = diskNeeds(bundle, sitePaths(ports.dataDir), alreadyInstalled);
  return {
    steps: [...steps],
    changes: steps.flatMap(({ id }) => stepChanges[id]?.(source).map((text) => ({ step: id, text })) ?? []),
    disk: await bundleDisk(ports, needs, { nothingNew: alreadyInstalled }, signal),
    pointOfNoReturn: steps.find(({ reversible }) => !reversible)?.id ?? null,
  };
}
