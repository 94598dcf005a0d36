import { siteLabel } from '../../base/site-label.ts';
import type { ServiceInfo, StackFiles } from '../../ports/runtime.ts';
import { type CommandOptions, docker } from './docker-command.ts';
import { type Inspection, inspection, inspectionTemplate } from './inspection.ts';
import { composeLabel } from './labels.ts';
import { must } from './must.ts';
import { serviceState } from './service-state.ts';

export interface ProjectContainer {
  info: ServiceInfo;
  configHash: string | undefined;
}

/** The containers of an installation's stack but one-off ones, in the order of their service's name. */
export async function projectContainers(
  { project, site }: Pick<StackFiles, 'project' | 'site'>,
  options: CommandOptions,
): Promise<ProjectContainer[]> {
  const wanted = { [siteLabel]: site, [composeLabel.project]: project, [composeLabel.oneOff]: 'False' };
  const filters = Object.entries(wanted).map(([name, value]) => `label=${name}=${value}`);
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
      service: found.labels[composeLabel.service] ?? '',
      container: found.name.replace(/^\//, ''),
      imageRef: found.imageRef,
      imageId: found.imageId,
      ...serviceState(found),
      hasHealthcheck: found.state.Health != null && found.state.Health.Status !== 'none',
      restarts: found.restarts,
    },
    configHash: found.labels[composeLabel.configHash],
  };
}
