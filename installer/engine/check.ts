import { InstallerError } from '../base/errors.ts';
import { checkAnswers } from '../config/answers.ts';
import type { CheckRequest, CheckResult } from '../contract/requests.ts';
import { inspectModel } from '../model/bundle-model.ts';
import { collectFindings } from '../preflight/collect-findings.ts';
import { worstFirst } from '../preflight/worst-first.ts';
import { bundleFindings } from '../trust/bundle-findings.ts';
import { installedBase, siteBase } from './base-files.ts';
import { bundleDisk } from './disk.ts';
import { findInstallation } from './installation.ts';
import { journalIfAllowed } from './looking-journal.ts';
import { openVerified } from './open-bundle.ts';
import type { EnginePorts } from './ports.ts';
import { readProduct } from './product.ts';
import { diskNeeds, fitModel, usedPorts } from './readiness-input.ts';
import { sitePaths } from './site-paths.ts';

/**
 * Readiness alone. Without a bundle the machine is judged by the tiers; with one also by what that product needs: ports, disk
 * budget, the model's fit. Changes nothing and journals nothing.
 */
export async function checkMachine(
  ports: EnginePorts,
  request: CheckRequest,
  signal?: AbortSignal,
): Promise<CheckResult> {
  const needs =
    request.bundle === null ? machineAlone(ports, request) : await bundleNeeds(ports, request, request.bundle);
  const collected = await collectFindings(
    {
      hardware: ports.hardware,
      engine: ports.containers,
      runtime: ports.runtime,
      tier: request.tier,
      overrides: request.overrides,
      ...needs,
    },
    signal,
  );
  const { facts } = collected;
  const findings = worstFirst([...collected.findings, ...needs.dates]);
  const worst = findings.some(({ status }) => status === 'fail')
    ? 'fail'
    : findings.some(({ status }) => status === 'warn')
      ? 'warn'
      : 'pass';
  return {
    status: worst,
    findings,
    facts,
    modelFit: needs.modelFit === null ? null : needs.modelFit(facts),
    disk: await bundleDisk(ports, needs.paths, { nothingNew: needs.alreadyInstalled }, signal),
  };
}

/** Nothing is to be written yet, but the disks that would be written to are looked at. */
function machineAlone({ dataDir }: EnginePorts, { product }: CheckRequest) {
  const paths = [
    { purpose: 'release', path: dataDir, bytes: 0 },
    { purpose: 'images', path: null, bytes: 0 },
  ];
  return { product, ports: [], paths, modelFit: null, alreadyInstalled: true, dates: [] };
}

/** Trust comes first, for a check as well: an unverified bundle's words about itself are worth nothing. */
async function bundleNeeds(ports: EnginePorts, request: CheckRequest, dir: string) {
  if (request.root === null) throw new InstallerError('ROOT_MISSING', { params: { file: '--root' } });
  const journal = journalIfAllowed(ports);
  const installed = journal?.installed();
  const recorded = journal === undefined ? undefined : findInstallation(journal);
  journal?.close();
  const bundle = await openVerified({ dir, root: request.root, ...siteBase(ports.dataDir, installedBase(installed)) });
  const product = await readProduct(bundle);
  const { values } = checkAnswers(product, request.answers);
  const model = await inspectModel(bundle, product.models[0]?.id ?? '');
  const alreadyInstalled = installed?.manifestDigest === bundle.manifestDigest;
  return {
    product,
    ports: await usedPorts(ports, product, values, recorded),
    paths: diskNeeds(bundle, sitePaths(ports.dataDir), alreadyInstalled),
    modelFit: (facts: Parameters<typeof fitModel>[1]) => fitModel(model, facts),
    alreadyInstalled,
    dates: bundleFindings(bundle.manifest, new Date()),
  };
}
