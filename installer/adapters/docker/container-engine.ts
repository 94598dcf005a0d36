import type { ContainerEngine } from '../../ports/containers.ts';
import { connect, type EngineAddress, engineAddress } from './connect.ts';
import { containerCalls } from './containers.ts';
import { execCall } from './exec.ts';
import { imageCalls } from './images.ts';
import { versionCall } from './version.ts';

/** Docker Engine behind the port; by default where DOCKER_HOST says. Opens no connection until it is asked something. */
export function createContainerEngine(address: EngineAddress = engineAddress(process.env)): ContainerEngine {
  const { docker, at } = connect(address);
  return {
    version: versionCall(docker, at),
    ...imageCalls(docker, at),
    ...containerCalls(docker, at),
    exec: execCall(docker, at),
  };
}
