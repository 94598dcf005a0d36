import { access } from 'node:fs/promises';
import { writeFileAtomically } from '../installer/base/atomic-file.ts';
import { InstallerError } from '../installer/base/errors.ts';
import { sha256 } from '../installer/base/hash.ts';
import { type RootDocument, rootDocument, signatureNamespaces } from '../installer/contract/manifest.ts';
import { readPublicKeyLine, readSignKey } from './signing/sign-key.ts';
import { signSsh } from './signing/sshsig.ts';

export interface RoleOptions {
  /** .pub files, or `ssh-ed25519 AAAA…` lines. */
  keys: readonly string[];
  threshold: number;
}

export interface InitRootOptions {
  /** Path of the root.json to write; signatures become OUT.1.sig and so on. */
  out: string;
  /** Counts rotations; default 1. */
  version?: number;
  root: RoleOptions;
  bundle: RoleOptions;
  /** Private keys to sign it with: of its own root role and, in a rotation, of the old one's. */
  signKeys: readonly string[];
}

/** Writes and signs a root.json. Throws OUTPUT_NOT_EMPTY, SIGN_KEY_UNUSABLE, ROOT_FORMAT. */
export async function initRoot(
  options: InitRootOptions,
): Promise<{ file: string; document: RootDocument; digest: string; signatures: string[] }> {
  await requireNew(options.out);
  const keys = await Promise.all(options.signKeys.map((file) => readSignKey(file)));
  const document: RootDocument = {
    kind: 'airgap-root',
    schema: 1,
    version: options.version ?? 1,
    roles: { root: await toRole(options.root), bundle: await toRole(options.bundle) },
  };
  requireSound(document, options.out);
  const bytes = Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
  await writeFileAtomically(options.out, 0o644, bytes);
  const signatures: string[] = [];
  for (const [index, key] of keys.entries()) {
    const file = `${options.out}.${index + 1}.sig`;
    await writeFileAtomically(file, 0o644, signSsh(key, signatureNamespaces.root, bytes));
    signatures.push(file);
  }
  return { file: options.out, document, digest: sha256(bytes), signatures };
}

async function toRole({ keys, threshold }: RoleOptions): Promise<RootDocument['roles']['root']> {
  return { keys: await Promise.all(keys.map((key) => readPublicKeyLine(key))), threshold };
}

function requireSound(document: RootDocument, file: string): void {
  const checked = rootDocument.safeParse(document);
  if (!checked.success)
    throw new InstallerError('ROOT_FORMAT', { params: { file, what: 'json' }, cause: checked.error });
  for (const [name, { keys, threshold }] of Object.entries(document.roles)) {
    const distinct = new Set(keys).size;
    if (distinct !== keys.length || threshold > distinct) {
      throw new InstallerError('ROOT_FORMAT', {
        params: { file, what: `roles.${name}` },
        expected: `${threshold} distinct keys`,
        found: distinct,
      });
    }
  }
}

async function requireNew(file: string): Promise<void> {
  try {
    await access(file);
  } catch {
    // not there, as it should be; what else may be wrong is said by the write
    return;
  }
  throw new InstallerError('OUTPUT_NOT_EMPTY', { params: { dir: file } });
}
