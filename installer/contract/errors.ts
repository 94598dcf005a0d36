import { z } from 'zod';

/**
 * Every way in which the installer can fail, by stable code. The exit category decides the process's exit code; texts stand
 * in texts/en.json and texts/ru.json under the same code (checked by test/contract/texts.test.ts).
 */
export const errorCategories = {
  // media and bundle structure
  BUNDLE_NOT_FOUND: 'failed',
  /** A file was given in a bundle's place: params dir, instead (the folder it lies in, when that is one). */
  BUNDLE_NOT_A_FOLDER: 'usage',
  /** No bundle there, but exactly one in a folder below: params dir, instead. */
  BUNDLE_BELOW: 'usage',
  BUNDLE_FILE_MISSING: 'untrusted',
  BUNDLE_FILE_UNLISTED: 'untrusted',
  BUNDLE_FILE_SIZE: 'untrusted',
  BUNDLE_FILE_CHANGED: 'untrusted',
  BUNDLE_NAME_COLLISION: 'untrusted',
  BUNDLE_FORMAT: 'untrusted',
  BUNDLE_NOT_A_FILE: 'untrusted',
  /** An operating system's own folder lies beside the bundle: params file. */
  BUNDLE_NOT_ALONE: 'untrusted',
  // trust
  ROOT_MISSING: 'usage',
  /** A folder was given in a root.json's place: params file, instead (the root.json in it, when there is one). */
  ROOT_IS_FOLDER: 'usage',
  /** A key itself was given in a root.json's place: params file. */
  ROOT_IS_KEY: 'usage',
  ROOT_FORMAT: 'untrusted',
  ROOT_NOT_TRUSTED: 'untrusted',
  /** Other bytes on the medium than those whose digest was agreed to. */
  CONFIRMED_ROOT: 'untrusted',
  CONFIRMED_BUNDLE: 'untrusted',
  CONFIRMED_PLAN: 'check',
  /** The root came with the bundle, and nobody said that it is the vendor's: params file. */
  ROOT_NOT_COMPARED: 'untrusted',
  /** Another root than the site trusted before, not reached by rotation: params file, version, known. */
  ROOT_REPLACED: 'untrusted',
  ROOT_CHANGED_SINCE: 'untrusted',
  SIGNATURE_MISSING: 'untrusted',
  SIGNATURE_FORMAT: 'untrusted',
  SIGNATURE_INVALID: 'untrusted',
  SIGNATURE_UNKNOWN_KEY: 'untrusted',
  SIGNATURE_NAMESPACE: 'untrusted',
  THRESHOLD_NOT_MET: 'untrusted',
  PRODUCT_MISMATCH: 'untrusted',
  RELEASE_ROLLBACK: 'untrusted',
  RELEASE_LEAP: 'untrusted',
  SOURCE_RELEASE_TOO_OLD: 'check',
  // writing bundles
  SOURCE_UNREADABLE: 'failed',
  SOURCE_FORMAT: 'failed',
  /** A source ends too early: params source, what. */
  SOURCE_TRUNCATED: 'failed',
  SOURCE_IMAGE_MISSING: 'failed',
  SOURCE_MODEL_MISSING: 'failed',
  SIGN_KEY_UNUSABLE: 'failed',
  OUTPUT_NOT_EMPTY: 'failed',
  PRODUCT_FORMAT: 'failed',
  /** A registry as a source said no: params registry, operation, status (HTTP) or errno. */
  SOURCE_REGISTRY: 'failed',
  SBOM_FORMAT: 'failed',
  DELTA_BASE_FORMAT: 'failed',
  // delta bundles on a site
  DELTA_BASE_MISMATCH: 'check',
  DELTA_FILE_MISSING: 'check',
  DELTA_FILE_CHANGED: 'check',
  // host and preflight
  NOT_ROOT: 'check',
  ENGINE_UNREACHABLE: 'check',
  COMPOSE_MISSING: 'check',
  /** The engine answered, and said no: params operation, status (HTTP). */
  ENGINE_REFUSED: 'failed',
  /** A command inside the stack did not end in time: params what, ms. */
  TIMED_OUT: 'failed',
  PREFLIGHT_FAILED: 'check',
  PORT_TAKEN: 'check',
  /** Something that this installation did not make bears one of its names: params all (`volume NAME, …`). */
  NAME_TAKEN: 'check',
  /** A network of the product's is in use here: params subnet, all (`NETWORK (HOLDER), …`), free. */
  SUBNET_TAKEN: 'check',
  /** A service is to answer on an address that this machine lacks: params address, addresses. */
  ADDRESS_MISSING: 'check',
  DISK_TOO_SMALL: 'check',
  // registry
  REGISTRY_START: 'failed',
  REGISTRY_REFUSED: 'failed',
  REGISTRY_DIGEST: 'failed',
  IMAGE_LOAD: 'failed',
  IMAGE_PULL: 'failed',
  // model
  GGUF_NOT_A_GGUF: 'failed',
  GGUF_UNSUPPORTED: 'failed',
  GGUF_LIMIT: 'failed',
  GGUF_TRUNCATED: 'failed',
  GGUF_MALFORMED: 'failed',
  /** One part of a model in several files: params field, part, parts. */
  GGUF_SPLIT: 'failed',
  /** An adapter, a projector, a vocabulary: params field, type. */
  GGUF_NOT_THE_MODEL: 'failed',
  MODEL_DIGEST: 'failed',
  // config
  ANSWERS_FORMAT: 'usage',
  ANSWERS_UNKNOWN_KEY: 'usage',
  ANSWERS_INVALID: 'usage',
  TEMPLATE_UNKNOWN_VALUE: 'failed',
  ENV_FILE_FORMAT: 'failed',
  // stack
  STACK_UP: 'failed',
  SERVICE_UNHEALTHY: 'failed',
  SERVICE_EXITED: 'failed',
  HOOK_FAILED: 'failed',
  // smoke
  SMOKE_HEALTH: 'failed',
  SMOKE_HTTP: 'failed',
  SMOKE_LLM_ANSWERS: 'failed',
  SMOKE_LLM_LOAD: 'failed',
  SMOKE_IMAGE_ORIGIN: 'failed',
  SMOKE_TARGET_DOWN: 'failed',
  SMOKE_LOGIN: 'failed',
  SMOKE_COMMAND: 'failed',
  // report
  REPORT_FORMAT: 'failed',
  REPORT_CHAIN: 'failed',
  // engine
  DATA_DIR_BUSY: 'failed',
  DATA_DIR_UNUSABLE: 'failed',
  /** Somebody else may write to the data directory or swap it: params path. */
  DATA_DIR_SHARED: 'failed',
  ALREADY_INSTALLED: 'usage',
  NOT_INSTALLED: 'failed',
  /** Only data that an uninstall kept is left, and it was not to be removed: params count. */
  ONLY_DATA_LEFT: 'usage',
  NO_RUN: 'failed',
  JOURNAL_CORRUPT: 'failed',
  DISK_FULL: 'failed',
  IO: 'failed',
  /** A name that leads nowhere, and one that leads through or to something that is no folder: params path. */
  PATH_MISSING: 'failed',
  NOT_A_FOLDER: 'failed',
  /** The folder is there and takes no file: params dir, errno. */
  FOLDER_UNWRITABLE: 'failed',
  NOTHING_TO_ROLL_BACK: 'usage',
  /** Something was to be saved into a bundle: params dir, bundle. */
  FOLDER_IS_BUNDLE: 'usage',
  /** A link on the way to a folder that somebody else can have put there: params path. */
  FOLDER_LINK: 'usage',
  /** Something was to be saved where another user can swap it: params path, uid. */
  FOLDER_FOREIGN: 'usage',
  /** Another file system is mounted inside of what is to be removed: params path. */
  TREE_MOUNTED: 'failed',
  SECRETS_SHOWN: 'usage',
  // windows
  READ_ONLY: 'usage',
  /** A message that is not as the contract has it: params field. */
  REQUEST_FORMAT: 'usage',
  WIZARD_MISSING: 'failed',
  ADDRESS_TAKEN: 'failed',
  CANCELLED: 'cancelled',
  /** A person said no before anything was begun. */
  DECLINED: 'cancelled',
  /** A question and nobody to answer it: params options, what a script adds. */
  NO_TERMINAL: 'usage',
  USAGE: 'usage',
  INTERNAL: 'failed',
} as const satisfies Record<string, ErrorCategory>;

export type ErrorCategory = 'failed' | 'usage' | 'check' | 'untrusted' | 'cancelled' | 'rolledBack';
export type ErrorCode = keyof typeof errorCategories;

const codes = Object.keys(errorCategories) as [ErrorCode, ...ErrorCode[]];
export const errorCode = z.enum(codes);

/** Values that a localised text may name: `{{file}}`, `{{port}}` and so on. Never secrets. */
export const textParams = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type TextParams = z.infer<typeof textParams>;

/** An error as it crosses a process border: field by field, with its chain of causes. */
export type WireError = {
  code: ErrorCode;
  params: TextParams;
  expected?: string | undefined;
  found?: string | undefined;
  /** The technical cause, for the log drawer and the support engineer: never shown alone. */
  detail?: string | undefined;
  cause?: WireError | undefined;
};

export const wireError: z.ZodType<WireError> = z.object({
  code: errorCode,
  params: textParams,
  expected: z.string().optional(),
  found: z.string().optional(),
  detail: z.string().optional(),
  cause: z.lazy(() => wireError).optional(),
});

/** Exit codes of the command line (README.md, "Exit codes"). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  check: 3,
  warnings: 4,
  untrusted: 5,
  cancelled: 6,
  /** Kept for a command that takes back what it did by itself; nothing ends with it yet, so people are not told of it. */
  rolledBack: 7,
} as const satisfies Record<ErrorCategory | 'done' | 'warnings', number>;
