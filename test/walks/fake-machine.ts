import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { InstallerError } from '../../installer/base/errors.ts';
import type { ContainerEngine } from '../../installer/ports/containers.ts';
import type { EngineObject, StackFiles, StackRuntime } from '../../installer/ports/runtime.ts';

interface Volume extends EngineObject {
  kind: 'volume';
  /** The password that the database in it was made with; it takes no other. */
  password: string;
}

/** One machine's container engine in memory, for all installations on it: what there is, whose label it bears. */
export class FakeMachine {
  readonly objects = new Map<string, EngineObject | Volume>();
  readonly images = new Set<string>();
  /** Called in each question and order: throws where the walk wants the work to end. */
  strike: () => void = () => undefined;

  /** As it looks from outside, for comparing. */
  state(): string[] {
    const volumes = (object: EngineObject | Volume) => ('password' in object ? object.password : '');
    return [
      ...[...this.objects.values()].map((object) => `${object.kind} ${object.name} ${object.site} ${volumes(object)}`),
      ...[...this.images].map((ref) => `image ${ref}`),
    ].sort();
  }

  add(kind: EngineObject['kind'], name: string, site: string | null, project: string | null, password?: string): void {
    const object = { kind, id: name, name, site, project, service: null, subnets: [] };
    this.objects.set(`${kind} ${name}`, password === undefined ? object : { ...object, kind: 'volume', password });
  }

  readonly engine = {
    version: async () => ({ engine: '28.5', api: '1.51', dataRoot: '/nonexistent' }),
    hasImage: async (ref: string) => {
      this.strike();
      return this.images.has(ref);
    },
    removeImage: async (ref: string) => {
      this.strike();
      this.images.delete(ref);
    },
    inspectContainer: async (name: string) => {
      this.strike();
      const found = this.objects.get(`container ${name}`);
      return found === undefined
        ? undefined
        : {
            id: name,
            name,
            labels: { 'io.airgap-installer.role': 'registry', 'io.airgap-installer.site': found.site },
          };
    },
    listContainers: async (labels: Readonly<Record<string, string>>) => {
      this.strike();
      const found = this.objects.get('container airgap-registry');
      return found?.site === labels['io.airgap-installer.site'] ? [{ id: 'airgap-registry' }] : [];
    },
    removeContainer: async (name: string) => {
      this.strike();
      this.objects.delete(`container ${name}`);
    },
  } as unknown as ContainerEngine;

  readonly runtime = {
    version: async () => '2.40',
    names: async ({ project }: StackFiles) => {
      this.strike();
      return {
        project,
        containers: [`${project}-db-1`],
        networks: [`${project}_default`],
        volumes: [`${project}_data`],
      };
    },
    services: async () => ['db'],
    inventory: async () => {
      this.strike();
      return [...this.objects.values()];
    },
    owned: async (site: string) => {
      this.strike();
      return [...this.objects.values()].filter((object) => object.site === site);
    },
    removeOwned: async (site: string, objects: readonly EngineObject[]) => {
      for (const { kind, name } of objects) {
        this.strike();
        if (this.objects.get(`${kind} ${name}`)?.site === site) this.objects.delete(`${kind} ${name}`);
      }
    },
    isCurrent: async (files: StackFiles) => this.objects.has(`container ${files.project}-db-1`),
    list: async ({ project, site }: Pick<StackFiles, 'project' | 'site'>) => {
      const found = this.objects.get(`container ${project}-db-1`);
      if (found === undefined || found.site !== site) return [];
      const info = { service: 'db', container: found.name, imageRef: 'x', imageId: 'x', state: 'healthy' as const };
      return [{ ...info, detail: '', exitCode: null, hasHealthcheck: true, restarts: 0 }];
    },
    logs: async () => '',
    up: async (files: StackFiles) => {
      const { project, site } = files;
      const wanted = [
        ['network', `${project}_default`],
        ['volume', `${project}_data`],
        ['container', `${project}-db-1`],
      ] as const;
      for (const [kind, name] of wanted) {
        const there = this.objects.get(`${kind} ${name}`);
        if (there !== undefined && there.site !== site)
          throw new InstallerError('NAME_TAKEN', { params: { all: name } });
      }
      const env = parseEnv(await readFile(join(files.dir, files.envFile), 'utf8'));
      for (const [kind, name] of wanted) {
        this.strike();
        const there = this.objects.get(`${kind} ${name}`);
        if (there === undefined) this.add(kind, name, site, project, kind === 'volume' ? env.DB_PASSWORD : undefined);
        else if ('password' in there && there.password !== env.DB_PASSWORD)
          throw new InstallerError('SERVICE_UNHEALTHY', { params: { service: 'db' } });
      }
    },
  } as unknown as StackRuntime;
}
