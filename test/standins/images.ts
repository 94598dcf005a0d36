/** An image under the name that the product's deployment guide gives it. */
export interface StandIn {
  ref: string;
  /** Folder beside this file with its Dockerfile. */
  folder: string;
  /** `standin`: a real program of the same kind; `stub`: answers its health check and nothing else. */
  kind: 'standin' | 'stub';
  /** What it really is; also the image's label `io.airgap-installer.<kind>`. */
  says: string;
}

/** Layers that several images share, in the order of building; not shipped under these names. */
export const SHARED = [{ ref: 'airgap-standin/python', folder: 'python' }] as const;

export const STAND_INS: readonly StandIn[] = [
  {
    ref: 'codegraph:latest',
    folder: 'codegraph',
    kind: 'standin',
    says: 'FastAPI, SQLAlchemy and Alembic service with the API of the deployment guide; no code analysis',
  },
  {
    ref: 'postgres:17-alpine',
    folder: 'postgres',
    kind: 'standin',
    says: 'real PostgreSQL 17 from Debian 13 packages',
  },
  { ref: 'gocpg:latest', folder: 'gocpg', kind: 'standin', says: 'lists files and lines into SQLite; no parser' },
  {
    ref: 'llama.cpp:server',
    folder: 'llama',
    kind: 'standin',
    says: "real llama-server of llama.cpp from Debian's testing suite",
  },
  {
    ref: 'registry:2',
    folder: 'registry',
    kind: 'standin',
    says: 'real CNCF Distribution 2.8 from Debian 13 packages',
  },
  {
    ref: 'prom/prometheus:v3.10.0',
    folder: 'prometheus',
    kind: 'standin',
    says: 'real Prometheus 2.53 from Debian 13',
  },
  {
    ref: 'prom/alertmanager:v0.31.1',
    folder: 'alertmanager',
    kind: 'standin',
    says: 'real Alertmanager 0.28 from Debian 13',
  },
  { ref: 'hashicorp/vault:1.15', folder: 'vault', kind: 'stub', says: 'answers only its health check' },
  { ref: 'grafana/grafana:12.4.0', folder: 'grafana', kind: 'stub', says: 'answers only its health check' },
];
