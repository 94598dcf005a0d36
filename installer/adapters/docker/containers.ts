import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { plainText } from '../../base/foreign-text.ts';
import type { ContainerEngine } from '../../ports/containers.ts';
import { boundedOutput } from './bounded-output.ts';
import { containerConfig } from './container-config.ts';
import { containerState } from './container-state.ts';
import { frames } from './demux.ts';
import { asking, askingFor, httpStatus } from './failure.ts';

type ContainerCalls = Pick<
  ContainerEngine,
  'listContainers' | 'inspectContainer' | 'startContainer' | 'removeContainer' | 'logs'
>;

/** Containers: https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container */
export function containerCalls(docker: Docker, at: string): ContainerCalls {
  const inspectContainer: ContainerEngine['inspectContainer'] = async (nameOrId) => {
    const operation = `inspect container ${nameOrId}`;
    const info = await askingFor({ at, operation }, () => docker.getContainer(nameOrId).inspect());
    return info === undefined ? undefined : containerState(info);
  };

  const removeContainer: ContainerEngine['removeContainer'] = (nameOrId, { graceMs, volumes }) =>
    asking({ at, operation: `remove container ${nameOrId}` }, async () => {
      const container = docker.getContainer(nameOrId);
      try {
        await container.stop({ t: Math.ceil(graceMs / 1000) });
      } catch (error) {
        // 304: it does not run
        if (!isOneOf(error, [304, 404])) throw error;
      }
      try {
        await container.remove({ force: true, v: volumes });
      } catch (error) {
        // 409: somebody else is removing it
        if (!isOneOf(error, [404, 409])) throw error;
      }
    });

  return {
    inspectContainer,
    removeContainer,

    async listContainers(labels) {
      const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const found = await asking({ at, operation: 'list containers' }, () =>
        docker.listContainers({ all: true, filters: { label } }),
      );
      const states = await Promise.all(found.map(({ Id }) => inspectContainer(Id)));
      // one that went between the two questions is not there
      return states.filter((state) => state !== undefined);
    },

    startContainer: (spec, signal) =>
      asking({ at, operation: `start container ${spec.name}`, signal }, async () => {
        const options = signal === undefined ? {} : { abortSignal: signal };
        const container = await docker.createContainer({ ...containerConfig(spec), ...options });
        try {
          await container.start(options);
          return containerState(await container.inspect(options));
        } catch (error) {
          // created but not started, it would hold the name against the next try
          await removeContainer(container.id, { graceMs: 0, volumes: true });
          throw error;
        }
      }),

    logs: (nameOrId, { lines }) =>
      asking({ at, operation: `read the log of ${nameOrId}` }, async () => {
        const raw = await docker
          .getContainer(nameOrId)
          .logs({ stdout: true, stderr: true, tail: lines, follow: false });
        const output = boundedOutput();
        for await (const { chunk } of frames(Readable.from([raw]))) output.add(chunk);
        return plainText(output.text());
      }),
  };
}

function isOneOf(error: unknown, statuses: readonly number[]): boolean {
  const status = httpStatus(error);
  return status !== undefined && statuses.includes(status);
}
