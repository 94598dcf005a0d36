import { InstallerError } from '../base/errors.ts';
import { ed25519, SshReader } from '../base/ssh-wire.ts';
import { type RootDocument, rootDocument } from '../contract/manifest.ts';
import { parseJson } from './parse-json.ts';

export type RoleName = keyof RootDocument['roles'];

/** A role's keys as their 32 bytes, and how many of them must sign. */
export interface Role {
  keys: readonly Buffer[];
  threshold: number;
}

export interface Root {
  version: number;
  roles: Record<RoleName, Role>;
}

/**
 * root.json's content. Throws ROOT_FORMAT, also where a key is listed twice in a role (it would count once, so somebody
 * was misled) or a threshold could never be met.
 */
export function parseRoot(bytes: Buffer, file: string): Root {
  const document = parseJson(bytes, rootDocument, 'ROOT_FORMAT', file);
  return {
    version: document.version,
    roles: { root: toRole(document, 'root', file), bundle: toRole(document, 'bundle', file) },
  };
}

function toRole(document: RootDocument, name: RoleName, file: string): Role {
  const { keys, threshold } = document.roles[name];
  const distinct = new Set(keys).size;
  if (distinct !== keys.length) {
    throw new InstallerError('ROOT_FORMAT', {
      params: { file, what: `roles.${name}.keys` },
      expected: 'distinct keys',
    });
  }
  if (threshold > distinct) {
    throw new InstallerError('ROOT_FORMAT', {
      params: { file, what: `roles.${name}.threshold` },
      expected: `<= ${distinct}`,
      found: threshold,
    });
  }
  return { keys: keys.map((line) => keyBytes(line, file)), threshold };
}

/** `ssh-ed25519 BASE64`: the contract's pattern leaves 51 bytes in their one base64 form; here, what is in them. */
function keyBytes(line: string, file: string): Buffer {
  const reader = new SshReader(Buffer.from(line.slice(ed25519.length + 1), 'base64'));
  try {
    if (reader.string().toString('latin1') === ed25519) {
      const key = reader.string();
      if (key.length === 32 && reader.rest === 0) return key;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InstallerError('ROOT_FORMAT', { params: { file, what: 'key' }, found: line, cause: error });
  }
  throw new InstallerError('ROOT_FORMAT', { params: { file, what: 'key' }, expected: ed25519, found: line });
}
