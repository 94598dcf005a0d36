import { describe, expect, it } from 'vitest';
import { canonicalReference } from '../../bundles/images/reference.ts';

describe('canonicalReference', () => {
  it.each([
    ['codegraph', 'docker.io/library/codegraph:latest'],
    ['codegraph:latest', 'docker.io/library/codegraph:latest'],
    ['docker.io/codegraph', 'docker.io/library/codegraph:latest'],
    ['index.docker.io/library/codegraph', 'docker.io/library/codegraph:latest'],
    ['hashicorp/vault:1.15', 'docker.io/hashicorp/vault:1.15'],
    ['localhost/x', 'localhost/x:latest'],
    ['localhost:5000/x', 'localhost:5000/x:latest'],
    ['localhost:5000/x:1', 'localhost:5000/x:1'],
    ['ghcr.io/a/b/c:1', 'ghcr.io/a/b/c:1'],
    ['a/b@sha256:00', 'docker.io/a/b@sha256:00'],
  ])('%s is %s', (ref, canonical) => {
    expect(canonicalReference(ref)).toBe(canonical);
  });
});
