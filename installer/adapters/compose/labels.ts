/** Labels that Compose puts on its containers (compose/v2/pkg/api/labels.go). */
export const composeLabel = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  configHash: 'com.docker.compose.config-hash',
  dependsOn: 'com.docker.compose.depends_on',
  oneOff: 'com.docker.compose.oneoff',
} as const;
