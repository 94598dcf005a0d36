import type Docker from 'dockerode';
import type { ContainerState } from '../../ports/containers.ts';

/** From the engine's inspection to the port's type. */
export function containerState(info: Docker.ContainerInspectInfo): ContainerState {
  const { State: state } = info;
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    imageRef: info.Config.Image,
    imageId: info.Image,
    running: state.Running && !state.Restarting,
    status: state.Status,
    health: health(state.Health?.Status),
    exitCode: state.Running ? null : state.ExitCode,
    labels: info.Config.Labels ?? {},
  };
}

function health(status: string | undefined): ContainerState['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}
