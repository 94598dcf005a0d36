import { checkAnswers } from '../config/answers.ts';
import type { StepInfo } from '../contract/events.ts';
import type { PlanRequest } from '../contract/requests.ts';
import type { PlanPreview } from '../contract/wizard.ts';
import { bundleDisk } from './disk.ts';
import { openVerified } from './open-bundle.ts';
import type { EnginePorts } from './ports.ts';
import { readProduct } from './product.ts';
import { diskNeeds } from './readiness-input.ts';
import { shownPlan } from './shown-plan.ts';
import { sitePaths } from './site-paths.ts';

/** What an install would do, step by step of the plan, from a bundle whose signatures hold. Changes nothing. */
export async function previewInstall(
  ports: EnginePorts,
  request: PlanRequest,
  steps: readonly StepInfo[],
  signal?: AbortSignal,
): Promise<PlanPreview> {
  const bundle = await openVerified({ dir: request.bundle, root: request.root });
  const product = await readProduct(bundle);
  const { values } = checkAnswers(product, request.answers);
  const shown = shownPlan(
    { dataDir: ports.dataDir, manifest: bundle.manifest, product, answers: values },
    request,
    steps,
  );
  const journal = ports.readJournal();
  const alreadyInstalled = journal?.installed()?.manifestDigest === bundle.manifestDigest;
  journal?.close();
  const needs = diskNeeds(bundle, sitePaths(ports.dataDir), alreadyInstalled);
  return { ...shown, disk: await bundleDisk(ports, needs, { nothingNew: alreadyInstalled }, signal) };
}
