import { InstallerError } from '../base/errors.ts';
import { checkAnswers } from '../config/answers.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { CheckRequest, CheckResult } from '../contract/requests.ts';
import { inspectModel } from '../model/bundle-model.ts';
import { collectFindings } from '../preflight/collect-findings.ts';
import { worstFirst, worstStatus } from '../preflight/worst-first.ts';
import { bundleFindings } from '../trust/bundle-findings.ts';
import { installedBase, siteBase } from './base-files.ts';
import { bundleDisk } from './disk.ts';
import { findInstallation } from './installation.ts';
import { journalIfAllowed, journalIsPrivate } from './looking-journal.ts';
import { openVerified } from './open-bundle.ts';
import { overriddenBy } from './overridden-by.ts';
import type { EnginePorts } from './ports.ts';
import { readProduct, shippedProduct } from './product.ts';
import { diskNeeds, fitModel, likelyNames, plannedNames, usedPorts } from './readiness-input.ts';
import { sitePaths } from './site-paths.ts';
import { plannedSubnets, withSitePresets } from './site-presets.ts';
import { siteTrust } from './site-trust.ts';

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
    request.bundle === null
      ? await machineAlone(ports, request)
      : await bundleNeeds(ports, request, request.bundle, signal);
  const collected = await collectFindings(
    {
      hardware: ports.hardware,
      engine: ports.containers,
      runtime: ports.runtime,
      tier: request.tier,
      overrides: request.overrides,
      ...overriddenBy(request),
      ...needs,
    },
    signal,
  );
  const { facts } = collected;
  const findings = worstFirst([...collected.findings, ...needs.dates]);
  return {
    judgedFor: judgedFor(needs),
    status: worstStatus(findings),
    findings,
    facts,
    modelFit: needs.modelFit === null ? null : needs.modelFit(facts),
    disk: await bundleDisk(ports, needs.paths, { nothingNew: needs.alreadyInstalled }, signal),
  };
}

function judgedFor({ product, from }: { product: ProductDefinition | null; from: 'bundle' | 'request' | 'installer' }) {
  return product === null
    ? null
    : { title: product.title, version: product.version, from, tiers: product.requires.tiers };
}

/**
 * Nothing is to be written yet, but the disks that would be written to are looked at. Every face judges by the same product, so that
 * one machine has one verdict.
 */
async function machineAlone(ports: EnginePorts, request: CheckRequest) {
  const from = request.product === null ? ('installer' as const) : ('request' as const);
  const product = request.product ?? (await shippedProduct(ports.shippedProducts));
  const paths = [
    { purpose: 'release', path: ports.dataDir, bytes: 0 },
    { purpose: 'images', path: null, bytes: 0 },
  ];
  // Without the journal our own containers would look like a stranger's; that rights are missing is a finding of its own.
  const names = product === null || journalIsPrivate(ports) ? null : likelyNames(product);
  return {
    product,
    from,
    ports: [],
    paths,
    names,
    subnets: [],
    site: siteOf(ports),
    modelFit: null,
    alreadyInstalled: true,
    dates: [],
  };
}

/** The id of the installation in this data directory; null where none was ever begun. */
function siteOf(ports: EnginePorts): string | null {
  const journal = journalIfAllowed(ports);
  const site = journal?.siteId() ?? null;
  journal?.close();
  return site;
}

/** Trust comes first, for a check as well: an unverified bundle's words about itself are worth nothing. */
async function bundleNeeds(ports: EnginePorts, request: CheckRequest, dir: string, signal?: AbortSignal) {
  if (request.root === null) throw new InstallerError('ROOT_MISSING', { params: { file: '--root' } });
  const journal = ports.readJournal();
  const installed = journal?.installed();
  const recorded = journal === undefined ? undefined : findInstallation(journal);
  const site = journal?.siteId() ?? null;
  const trust = siteTrust(journal);
  journal?.close();
  const base = siteBase(ports.dataDir, installedBase(installed));
  const { bundle } = await openVerified({ dir, root: request.root, site: trust, ...base });
  const product = await withSitePresets(ports, await readProduct(bundle), signal);
  const { values } = checkAnswers(product, request.answers);
  const model = await inspectModel(bundle, product.models[0]?.id ?? '');
  const alreadyInstalled = installed?.manifestDigest === bundle.manifestDigest;
  return {
    product,
    from: 'bundle' as const,
    ports: await usedPorts(ports, product, values, { recorded, site }),
    names: await plannedNames(bundle, product),
    subnets: plannedSubnets(product, values),
    site,
    paths: diskNeeds(bundle, sitePaths(ports.dataDir), alreadyInstalled),
    modelFit: (facts: Parameters<typeof fitModel>[1]) => fitModel(model, facts),
    alreadyInstalled,
    dates: bundleFindings(bundle.manifest, new Date()),
  };
}
