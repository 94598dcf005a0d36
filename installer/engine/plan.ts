import { InstallerError } from '../base/errors.ts';
import { checkAnswers } from '../config/answers.ts';
import { registryPort } from '../config/registry-port.ts';
import { renderConfig } from '../config/render-step.ts';
import type { StepInfo } from '../contract/events.ts';
import type { InstallRequest } from '../contract/requests.ts';
import { placeFiles } from '../files/place-files-step.ts';
import { checkMedia } from '../media/check-media-step.ts';
import { openMedia } from '../media/open-media.ts';
import { requireBase } from '../media/prove-base.ts';
import { inspectModel } from '../model/bundle-model.ts';
import { placeModel } from '../model/place-step.ts';
import { readiness } from '../preflight/readiness-step.ts';
import { loadImages } from '../registry/load-images-step.ts';
import { reseatRegistry } from '../registry/reseat-step.ts';
import { startRegistry } from '../registry/start-step.ts';
import { writeReport } from '../report/write-step.ts';
import { smokeStack } from '../smoke/smoke-step.ts';
import { runHooks } from '../stack/hooks-step.ts';
import { startStack } from '../stack/up-step.ts';
import { readOfficerRoot } from '../trust/officer-root.ts';
import { verifyMedia } from '../trust/verify-step.ts';
import { installedBase, siteBase } from './base-files.ts';
import { collectEvidence } from './evidence.ts';
import { findInstallation, recordInstallation } from './installation.ts';
import { overriddenBy } from './overridden-by.ts';
import { startPlan } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import { previousReport } from './previous-report.ts';
import { readProduct } from './product.ts';
import { hooksProven, loginsProven } from './proofs.ts';
import {
  diskNeeds,
  fitModel,
  plannedNames,
  publishedPorts,
  registryService,
  registrySettings,
  usedPorts,
} from './readiness-input.ts';
import { rememberRoot, rememberRotation } from './remember-root.ts';
import type { RunHandle } from './runs.ts';
import { releaseSecrets } from './secrets.ts';
import { requirePlan, shownPlan } from './shown-plan.ts';
import { sitePaths } from './site-paths.ts';
import { networkAnswers, plannedSubnets, withSitePresets } from './site-presets.ts';
import { siteTrust } from './site-trust.ts';
import { previousSmoke, smokeInput } from './smoke-input.ts';

/** Services may be slow on small machines; one that died or is unhealthy for long is told much earlier. */
const healthTimeoutMs = 15 * 60_000;

/**
 * The one ordered list of an installation's steps. Everything a step needs stands before it; `derive` names values that
 * change nothing. Faces show this list, nobody repeats it.
 */
export function installPlan(ports: EnginePorts, handle: RunHandle) {
  const paths = sitePaths(ports.dataDir);
  const { containers: engine, runtime } = ports;

  return startPlan<{ request: InstallRequest; steps: readonly StepInfo[] }>()
    .derive('installed', () => handle.journal.installed())
    .derive('freshInstall', ({ installed }) => installed === undefined)
    .derive('base', ({ installed }) => installedBase(installed))
    .derive('media', ({ request }) => openMedia(request.bundle))
    .derive('root', ({ request, media }) => readOfficerRoot(request.root, media.dir))
    .step('bundle', verifyMedia, ({ request, media, root, base }) => ({
      media,
      root,
      confirmed: request.confirmed,
      compared: request.compared,
      ...siteTrust(handle.journal),
      ...siteBase(ports.dataDir, base),
    }))

    .derive('product', async ({ bundle, installed, base }, { signal }) => {
      rememberRotation(handle.journal, bundle);
      requireBase(bundle, base);
      const { product, release } = bundle.manifest;
      handle.journal.identifyBundle(handle.id, {
        manifestDigest: bundle.manifestDigest,
        product: product.name,
        release,
      });
      if (installed !== undefined && installed.manifestDigest !== bundle.manifestDigest) {
        throw new InstallerError('ALREADY_INSTALLED', {
          params: { product: installed.product ?? '', release: installed.release ?? 0 },
          expected: installed.manifestDigest ?? '',
          found: bundle.manifestDigest,
        });
      }
      return withSitePresets(ports, await readProduct(bundle), signal);
    })
    .derive('answers', ({ product, request }) => checkAnswers(product, request.answers).values)
    .derive('agreed', ({ bundle, product, answers, request, steps }) =>
      requirePlan(
        shownPlan({ dataDir: ports.dataDir, manifest: bundle.manifest, product, answers }, request, steps),
        request.confirmed,
      ),
    )
    .derive('model', ({ bundle, product }) => inspectModel(bundle, product.models[0]?.id ?? ''))
    .derive('ports', ({ product, answers }) =>
      usedPorts(ports, product, answers, {
        recorded: findInstallation(handle.journal),
        site: handle.journal.siteId(),
      }),
    )
    .derive('names', ({ bundle, product }) => plannedNames(bundle, product))
    .step('ready', readiness, ({ bundle, product, request, answers, model, ports: used, names, freshInstall }) => ({
      hardware: ports.hardware,
      engine,
      runtime,
      product,
      tier: request.tier,
      overrides: request.overrides,
      ...overriddenBy(request),
      ports: used,
      names,
      subnets: plannedSubnets(product, answers),
      site: handle.journal.siteId(),
      paths: diskNeeds(bundle, paths, !freshInstall),
      modelFit: (facts) => fitModel(model, facts),
      alreadyInstalled: !freshInstall,
    }))

    .step('checked', checkMedia, ({ bundle, freshInstall }) => ({ bundle, alreadyInstalled: !freshInstall }))

    .derive('registrySettings', ({ bundle, product, answers }) => ({
      bundle,
      engine,
      product,
      ...registrySettings({ dataDir: ports.dataDir, site: handle.journal.siteId() }, product, answers),
    }))
    .step('registry', startRegistry, ({ registrySettings }) => registrySettings)
    .step('loaded', loadImages, ({ bundle, registry }) => ({ bundle, engine, address: registry.address }))
    .step('reseated', reseatRegistry, ({ registrySettings }) => registrySettings)

    .step('placed', placeModel, ({ bundle, product }) => ({
      bundle,
      modelId: product.models[0]?.id ?? '',
      modelsDir: paths.models,
    }))

    .step('carried', placeFiles, ({ bundle }) => ({ bundle, filesDir: paths.files(bundle.manifest.release) }))

    .derive('fit', ({ model, ready }) => fitModel(model, ready.facts))
    .derive('idOffset', async (_, { signal }) => (await engine.version(signal)).idOffset)
    .step('files', renderConfig, ({ bundle, product, request, ready, fit, idOffset, placed, registry }) => ({
      product,
      productFile: (path: string) => bundle.read(`product/${path}`, maxProductFile),
      answers: request.answers,
      facts: ready.facts,
      llm: fit,
      modelPath: placed.path,
      images: bundle.manifest.images,
      registryAddress: registry.address,
      dataDir: ports.dataDir,
      site: handle.journal.siteId(),
      idOffset,
      release: bundle.manifest.release,
    }))

    .derive('recorded', ({ files, placed, fit, bundle, product, registry, answers }) => {
      recordInstallation(handle, {
        product: { name: product.name, title: product.title },
        release: bundle.manifest.release,
        rootVersion: bundle.rootVersion,
        files,
        model: { path: placed.path, nCtx: fit.nCtx, nThreads: fit.nThreads },
        images: bundle.manifest.images.map(({ name, digest }) => ({ name, digest })),
        registry: registry.address,
        secrets: product.secrets.map(({ env }) => env),
        purposes: Object.fromEntries(product.secrets.map(({ env, purpose }) => [env, purpose])),
        network: networkAnswers(product, answers),
        folders: product.folders.map(({ path }) => path),
        ports: [
          { service: registryService, port: registryPort(product, answers) },
          ...publishedPorts(product, answers),
        ],
      });
      // From here on the release runs and changes data: what comes after it must know, however this run ends.
      handle.journal.raiseHighWaterMark(bundle.manifest.release);
      rememberRoot(handle.journal, bundle);
    })
    .derive('secrets', ({ files, product }) =>
      releaseSecrets(
        files,
        product.secrets.map(({ env }) => env),
      ),
    )
    .step('up', startStack, ({ files, secrets }) => ({ runtime, files, healthTimeoutMs, redact: secrets.redact }))
    .step('hooks', runHooks, ({ files, secrets }) => ({
      runtime,
      files,
      hooks: files.hooks,
      proven: hooksProven(handle.journal),
      redact: secrets.redact,
    }))

    .step('tested', smokeStack, ({ files, secrets, placed, fit, bundle, registry }, { changed, signal }) =>
      smokeInput(ports, {
        files,
        secrets,
        model: { path: placed.path, nCtx: fit.nCtx, nThreads: fit.nThreads },
        images: bundle.manifest.images,
        registry: registry.address,
        loginsProven: loginsProven(handle.journal),
        unchanged: changed() ? undefined : previousSmoke(handle.journal),
        signal,
      }),
    )
    .step('report', writeReport, async ({ ready, bundle, request, root, secrets, tested }, { changed, signal }) => ({
      reportsDir: paths.reports,
      run: handle.id,
      evidence: await collectEvidence(
        ports,
        {
          ...{ facts: ready.facts, bundle, request, isolation: tested.isolation },
          root: { came: root.came, replaced: handle.journal.rootReplacements() },
        },
        signal,
      ),
      rows: () => handle.journal.events(handle.id),
      secrets: [...secrets.values.values()],
      unchanged: changed() ? undefined : await previousReport(handle.journal, paths.reports),
    }));
}

/** Templates, dashboards and rules; anything larger is no configuration file. */
const maxProductFile = 16 * 1024 * 1024;
