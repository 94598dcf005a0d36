import packageJson from '../../package.json' with { type: 'json' };
import { requestingUser } from '../base/requesting-user.ts';
import type { HardwareFacts } from '../contract/facts.ts';
import type { IsolationEvidence, ReportEvidence } from '../contract/report.ts';
import type { InstallRequest, RootCame } from '../contract/requests.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import type { EnginePorts } from './ports.ts';

/** What stands in a report beside the events: the machine, the bundle's identity, the way out that there is not. */
export async function collectEvidence(
  ports: EnginePorts,
  known: {
    facts: HardwareFacts;
    bundle: VerifiedBundle;
    request: Pick<InstallRequest, 'overrides' | 'compared' | 'officer'>;
    came: RootCame;
    isolation: IsolationEvidence | null;
  },
  signal: AbortSignal,
): Promise<ReportEvidence> {
  const { manifest, manifestDigest, rootVersion, rootDigest, signers } = known.bundle;
  const [engine, compose] = await Promise.all([ports.containers.version(signal), ports.runtime.version(signal)]);
  return {
    installer: { version: packageJson.version },
    who: requestingUser(),
    officer: known.request.officer,
    root: { came: known.came, compared: known.request.compared },
    host: known.facts,
    engine: { engine: engine.engine, compose: compose ?? null },
    bundle: {
      product: manifest.product.name,
      title: manifest.product.title,
      version: manifest.product.version,
      release: manifest.release,
      manifestDigest,
      rootVersion,
      rootDigest,
      signers: signers.map(({ role, fingerprint }) => ({ role, fingerprint })),
      images: manifest.images.map(({ name, ref, digest, size }) => ({ name, ref, digest, size })),
      models: manifest.models.map(({ id, digest, size }) => ({ id, digest, size })),
    },
    overrides: [...known.request.overrides],
    isolation: known.isolation,
  };
}
