import { InstallerError } from '../../base/errors.ts';
import { endOf } from '../../base/foreign-text.ts';
import type { ServiceInfo } from '../../ports/runtime.ts';
import { type CommandOptions, docker } from './docker-command.ts';
import { type Inspection, inspection, inspectionTemplate } from './inspection.ts';
import { serviceState } from './service-state.ts';

/** Labels that Compose puts on its containers (compose/v2/pkg/api/labels.go). */
const label = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  configHash: 'com.docker.compose.config-hash',
  oneOff: 'com.docker.compose.oneoff',
} as const;

export interface ProjectContainer {
  info: ServiceInfo;
  configHash: string | undefined;
}

/** All containers of a project but one-off ones, in the order of their service's name. */
export async function projectContainers(project: string, options: CommandOptions): Promise<ProjectContainer[]> {
  const filters = [`label=${label.project}=${project}`, `label=${label.oneOff}=False`];
  const listed = await must(
    ['ps', '--all', '--quiet', '--no-trunc', ...filters.flatMap((f) => ['--filter', f])],
    options,
  );
  const ids = listed.split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  // a container that went in between is missing in the output and makes the exit code 1: what is left is what there is
  const { stdout } = await docker(['container', 'inspect', '--format', inspectionTemplate, ...ids], {
    ...options,
    maxBytes: 64 * 1024 * 1024,
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => projectContainer(inspection.parse(JSON.parse(line))))
    .sort((a, b) => a.info.service.localeCompare(b.info.service, 'en'));
}

function projectContainer(found: Inspection): ProjectContainer {
  return {
    info: {
      service: found.labels[label.service] ?? '',
      container: found.name.replace(/^\//, ''),
      imageRef: found.imageRef,
      imageId: found.imageId,
      ...serviceState(found),
      hasHealthcheck: found.state.Health != null && found.state.Health.Status !== 'none',
      restarts: found.restarts,
    },
    configHash: found.labels[label.configHash],
  };
}

/** ENGINE_REFUSED when docker says no, with its stderr. */
async function must(argv: readonly string[], options: CommandOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await docker(argv, options);
  if (exitCode === 0) return stdout;
  throw new InstallerError('ENGINE_REFUSED', {
    params: { operation: `docker ${argv[0]}`, exitCode },
    cause: new Error(endOf(stderr.trim(), 4000)),
  });
}
