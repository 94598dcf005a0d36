import { execFile } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { signSsh } from '../../../bundles/signing/sshsig.ts';
import { bundleKey, stranger } from '../../trust/tuf/honest.ts';
import { sigBlob } from './sshsig-parts.ts';

const run = promisify(execFile);
const signature = 'bundle.json.1.sig';
const instead = (content: (message: Buffer) => string | Buffer) => (dir: string, message: Buffer) =>
  writeFile(join(dir, signature), content(message));

/** Things that stand in a signature file's place, or beside it, on the real medium. */
export const fileVectors: readonly [name: string, change: (dir: string, message: Buffer) => Promise<unknown>][] = [
  ['no signature file', (dir) => rm(join(dir, signature))],
  [
    'a folder in its place',
    async (dir) => {
      await rm(join(dir, signature));
      await mkdir(join(dir, signature));
    },
  ],
  [
    'a link to the right one',
    async (dir) => {
      await rename(join(dir, signature), join(dir, '..', 'elsewhere.sig'));
      await symlink('../elsewhere.sig', join(dir, signature));
    },
  ],
  [
    'a FIFO in its place',
    async (dir) => {
      await rm(join(dir, signature));
      await run('mkfifo', [join(dir, signature)]);
    },
  ],
  [
    'the right one in a folder',
    async (dir) => {
      await mkdir(join(dir, 'signatures'));
      await rename(join(dir, signature), join(dir, 'signatures', signature));
    },
  ],
  ['the right one with its name in capitals', (dir) => rename(join(dir, signature), join(dir, 'bundle.json.1.SIG'))],
  ['the right one under a name without a number', (dir) => rename(join(dir, signature), join(dir, 'bundle.json.sig'))],
  ['the right one under a name with a blank', (dir) => rename(join(dir, signature), join(dir, 'bundle.json.1 .sig'))],
  ['the right one named for root.json', (dir) => rename(join(dir, signature), join(dir, 'root.json.9.sig'))],
  ['5,000 bytes', instead(() => Buffer.alloc(5000, 'A'))],
  ['the bare 64 bytes', instead((message) => sigBlob(bundleKey, message, 'airgap-bundle').subarray(-64))],
  [
    'the bare 64 bytes in base64',
    instead((message) => sigBlob(bundleKey, message, 'airgap-bundle').subarray(-64).toString('base64')),
  ],
  [
    'minisign’s format',
    instead(() => 'untrusted comment: signature\nRUQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n'),
  ],
  [
    'PGP’s format',
    instead(() => '-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0WIQ\n=abcd\n-----END PGP SIGNATURE-----\n'),
  ],
  ['a public key', instead(() => `${bundleKey.line}\n`)],
  ['JSON', instead(() => '{"signed":true,"threshold":0}')],
  [
    'a signature over the hash of the list',
    instead((message) => signSsh(bundleKey, 'airgap-bundle', Buffer.from(message.toString('hex')))),
  ],
  [
    'a signature over the list without its last byte',
    instead((message) => signSsh(bundleKey, 'airgap-bundle', message.subarray(0, -1))),
  ],
  [
    'a signature over the list with a line end more',
    instead((message) => signSsh(bundleKey, 'airgap-bundle', Buffer.concat([message, Buffer.from('\n')]))),
  ],
  [
    'a signature over the same JSON written otherwise',
    instead((message) =>
      signSsh(bundleKey, 'airgap-bundle', Buffer.from(JSON.stringify(JSON.parse(message.toString())))),
    ),
  ],
  ['a signature over nothing', instead(() => signSsh(bundleKey, 'airgap-bundle', Buffer.alloc(0)))],
  ['a stranger’s signature', instead((message) => signSsh(stranger, 'airgap-bundle', message))],
];
