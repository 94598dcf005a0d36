import { z } from 'zod';
import { byteCount } from './digest.ts';

/** A text in both languages of the product: nothing an officer reads exists in one only. */
export const bilingual = z.strictObject({ en: z.string().min(1), ru: z.string().min(1) });
export type Bilingual = z.infer<typeof bilingual>;

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const envName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/);
const serviceName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/);
const port = z.int().min(1).max(65_535);

/** An image the product runs; `name` is its repository in the site's registry, `ref` its reference at the vendor. */
const productImage = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/),
  ref: z.string().min(1).max(512),
});

const inputBase = { id: identifier, label: bilingual, help: bilingual };

/** One field of the wizard's form and one key of the answers file. */
export const productInput = z.discriminatedUnion('type', [
  z.strictObject({ ...inputBase, type: z.literal('host'), default: z.string() }),
  z.strictObject({ ...inputBase, type: z.literal('address'), default: z.string() }),
  z.strictObject({ ...inputBase, type: z.literal('port'), default: port }),
  /**
   * A private IPv4 network for the stack, in CIDR notation. The preset is the preferred one: where it is taken, the site
   * proposes another. Templates use its `parts` (a power of two) as `{{subnets.ID.1}}` and so on.
   */
  z.strictObject({
    ...inputBase,
    type: z.literal('subnet'),
    default: z.string(),
    minPrefix: z.int().min(8).max(28),
    maxPrefix: z.int().min(8).max(28),
    parts: z.literal([1, 2, 4, 8]).default(1),
  }),
  z.strictObject({ ...inputBase, type: z.literal('url'), default: z.string() }),
  z.strictObject({ ...inputBase, type: z.literal('username'), default: z.string() }),
  z.strictObject({ ...inputBase, type: z.literal('boolean'), default: z.boolean() }),
  z.strictObject({ ...inputBase, type: z.literal('integer'), default: z.int(), min: z.int(), max: z.int() }),
  z.strictObject({ ...inputBase, type: z.literal('choice'), default: z.string(), options: z.array(z.string()).min(2) }),
]);
export type ProductInput = z.infer<typeof productInput>;

/** A secret made on the site from the system's random source; it becomes a line of .env under its own name. */
const productSecret = z.strictObject({
  env: envName,
  length: z.int().min(24).max(128),
  alphabet: z.enum(['alphanumeric', 'hex']),
  purpose: bilingual,
});

export const requirements = z.strictObject({
  cpuCores: z.int().min(1),
  ramBytes: byteCount,
  diskBytes: byteCount,
  /** 0: no GPU asked for. */
  vramBytes: byteCount,
});
export type Requirements = z.infer<typeof requirements>;

/** A command inside a running service. `changes: false` promises that it only looks. */
const serviceCommand = z.strictObject({
  service: serviceName,
  argv: z.array(z.string()).min(1).max(64),
  timeoutSeconds: z.int().min(1).max(3600).default(120),
});

/**
 * Work after the stack is healthy. `doneWhen` looks first and again afterwards: idempotent, and verified. What people are
 * meant to change later (a first password) says by `changedWhen` how that looks: what `doneWhen` then prints, and what `run`
 * prints when it finds its work there and leaves it. It counts only where `doneWhen` was true on this site before.
 */
const hook = z.strictObject({
  id: identifier,
  title: bilingual,
  run: serviceCommand,
  doneWhen: z.strictObject({ ...serviceCommand.shape, stdoutMatches: z.string() }),
  changedWhen: z.strictObject({ lookMatches: z.string(), runMatches: z.string() }).optional(),
});
export type Hook = z.infer<typeof hook>;

export const llmQuestion = z.strictObject({
  id: identifier,
  ask: z.string().min(1).max(4000),
  expect: z.string().min(1).max(1000),
  match: z.enum(['exact', 'contains', 'regex']).default('exact'),
});
export type LlmQuestion = z.infer<typeof llmQuestion>;

/** Known-answer test of a model: on the host (llama.cpp in a child process) and through the served API. */
const llmTest = z.strictObject({
  model: z.string(),
  /** Service whose port speaks the OpenAI-compatible chat API inside the stack. */
  service: serviceName,
  /** OpenAI-compatible base URL as seen from `client`. */
  baseUrl: z.string(),
  /** Service from whose network the questions are asked, with curl. */
  client: serviceName,
  maxTokens: z.int().min(1).max(4096),
  minimumCorrect: z.int().min(1),
  questions: z.array(llmQuestion).min(1).max(200),
});

const smokeTest = z.discriminatedUnion('kind', [
  /** HTTP GET on a published port; `{{…}}` placeholders as in templates. */
  z.strictObject({
    kind: z.literal('http'),
    id: identifier,
    title: bilingual,
    url: z.string(),
    status: z.int().default(200),
    bodyMatches: z.string().optional(),
  }),
  /**
   * POST of credentials read from .env; passes when a token comes back and a wrong password is refused. Sent with curl from
   * inside the service's own container: whoever holds a port of the machine in its place is never shown a password.
   */
  z.strictObject({
    kind: z.literal('login'),
    id: identifier,
    title: bilingual,
    service: serviceName,
    /** As seen inside that container. */
    url: z.string(),
    usernameEnv: envName,
    passwordEnv: envName,
    tokenField: z.string(),
  }),
  z.strictObject({
    kind: z.literal('command'),
    id: identifier,
    title: bilingual,
    ...serviceCommand.shape,
    stdoutMatches: z.string(),
  }),
  /** A one-off container of a service that does not run all the time (`docker compose run --rm`). */
  z.strictObject({
    kind: z.literal('oneOff'),
    id: identifier,
    title: bilingual,
    service: serviceName,
    argv: z.array(z.string()).max(64),
    stdoutMatches: z.string(),
  }),
  /** Prometheus has the job's target as up. */
  z.strictObject({
    kind: z.literal('prometheusTarget'),
    id: identifier,
    title: bilingual,
    url: z.string(),
    job: z.string(),
  }),
]);
export type SmokeTest = z.infer<typeof smokeTest>;

/** A host folder below the data directory that containers write to; made with this owner and mode. */
const dataFolder = z.strictObject({
  path: fileName,
  uid: z.int().min(0),
  gid: z.int().min(0),
  mode: z.string().regex(/^0[0-7]{3}$/),
});

/**
 * product.yaml: everything the engine must know about a product. Templates and compose.yaml are YAML documents in
 * whose scalars `{{answers.ID}}`, `{{llm.nCtx}}`, `{{paths.data}}` and the like are replaced (config/placeholders.ts).
 */
export const productDefinition = z.strictObject({
  kind: z.literal('airgap-product'),
  schema: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  title: z.string(),
  version: z.string(),
  summary: bilingual,
  images: z.array(productImage).min(1),
  /** The image (by name) that is CNCF Distribution, and the loopback port it serves on, or the input that says which. */
  registry: z.strictObject({ image: z.string(), port: port, input: identifier.optional() }),
  models: z.array(z.strictObject({ id: z.string(), file: fileName, title: bilingual })).max(8),
  requires: z.strictObject({
    engine: z.string(),
    compose: z.string(),
    tiers: z.strictObject({ minimum: requirements, recommended: requirements, production: requirements }),
  }),
  inputs: z.array(productInput),
  secrets: z.array(productSecret),
  /** Values of .env beside answers and secrets: NAME → text with placeholders. */
  environment: z.record(envName, z.string()),
  folders: z.array(dataFolder),
  compose: z.strictObject({ file: fileName, gpuOverlay: fileName.optional() }),
  /** Files rendered into the release folder; YAML or JSON ones are templates, others are copied as they are. */
  files: z.array(z.strictObject({ source: fileName, target: fileName, template: z.boolean(), mode: z.string() })),
  /** Published ports, for preflight: the input that holds each. */
  ports: z.array(z.strictObject({ input: identifier, service: serviceName, protocol: z.enum(['tcp', 'udp']) })),
  hooks: z.array(hook),
  smoke: z.strictObject({ llm: llmTest.optional(), tests: z.array(smokeTest) }),
});
export type ProductDefinition = z.infer<typeof productDefinition>;

/** The answers file: only keys of the product's inputs; values are checked against each input's type by config/. */
export const answers = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type Answers = z.infer<typeof answers>;
