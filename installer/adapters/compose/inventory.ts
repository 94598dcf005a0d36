import { z } from 'zod';
import { siteLabel } from '../../base/site-label.ts';
import type { EngineObject } from '../../ports/runtime.ts';
import type { CommandOptions } from './docker-command.ts';
import { docker } from './docker-command.ts';
import { composeLabel } from './labels.ts';
import { must } from './must.ts';

/** A machine with thousands of containers stays far below this. */
const maxBytes = 64 * 1024 * 1024;
/** Ids in one command line: the kernel bounds its length. */
const chunk = 200;

/** An object with what decides the order in which containers are stopped. */
export interface ListedObject extends EngineObject {
  /** Services that must outlive this container. */
  dependsOn: readonly string[];
}

const row = z.object({
  id: z.string(),
  names: z.string(),
  site: z.string(),
  project: z.string(),
  service: z.string(),
  dependsOn: z.string(),
});

const lists = [
  { kind: 'container', argv: ['ps', '--all', '--no-trunc'], id: '.ID', name: '.Names' },
  { kind: 'network', argv: ['network', 'ls', '--no-trunc'], id: '.ID', name: '.Name' },
  { kind: 'volume', argv: ['volume', 'ls'], id: '.Name', name: '.Name' },
] as const;

/** All containers, networks and volumes of the engine, or those with the site's label. ENGINE_REFUSED. */
export async function listObjects(options: CommandOptions, site?: string): Promise<ListedObject[]> {
  const filter = site === undefined ? [] : ['--filter', `label=${siteLabel}=${site}`];
  const found: ListedObject[] = [];
  for (const { kind, argv, id, name } of lists) {
    const printed = await must([...argv, ...filter, '--format', rowTemplate(id, name)], { ...options, maxBytes });
    found.push(
      ...printed
        .split('\n')
        .filter(Boolean)
        .map((line) => listed(kind, row.parse(JSON.parse(line)))),
    );
  }
  return withSubnets(found, options);
}

function rowTemplate(id: string, name: string): string {
  const label = (key: string) => `{{json (.Label "${key}")}}`;
  return (
    `{"id":{{json ${id}}},"names":{{json ${name}}},"site":${label(siteLabel)},"project":${label(composeLabel.project)},` +
    `"service":${label(composeLabel.service)},"dependsOn":${label(composeLabel.dependsOn)}}`
  );
}

function listed(kind: EngineObject['kind'], { id, names, site, project, service, dependsOn }: z.infer<typeof row>) {
  // with legacy links a container has further names, which hold the name of the linking one
  const name = names.split(',').find((each) => !each.includes('/')) ?? names;
  return {
    ...{ kind, id, name, subnets: [] },
    site: site === '' ? null : site,
    project: project === '' ? null : project,
    service: service === '' ? null : service,
    // `postgres:service_healthy:false,vault:service_started:false`
    dependsOn: dependsOn
      .split(',')
      .map((each) => each.split(':')[0] ?? '')
      .filter(Boolean),
  };
}

const ipam = z.object({ id: z.string(), config: z.array(z.object({ Subnet: z.string().optional() })).nullable() });

async function withSubnets(objects: ListedObject[], options: CommandOptions): Promise<ListedObject[]> {
  const ids = objects.filter(({ kind }) => kind === 'network').map(({ id }) => id);
  const subnets = new Map<string, string[]>();
  for (let at = 0; at < ids.length; at += chunk) {
    const template = '{"id":{{json .Id}},"config":{{json .IPAM.Config}}}';
    const argv = ['network', 'inspect', '--format', template, ...ids.slice(at, at + chunk)];
    // a network that went in between is missing in the output and makes the exit code 1
    const { stdout } = await docker(argv, { ...options, maxBytes });
    for (const line of stdout.split('\n').filter(Boolean)) {
      const { id, config } = ipam.parse(JSON.parse(line));
      subnets.set(
        id,
        (config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
      );
    }
  }
  return objects.map((object) => ({ ...object, subnets: subnets.get(object.id) ?? object.subnets }));
}
