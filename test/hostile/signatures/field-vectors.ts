import { ed25519, ed25519Blob, sshString } from '../../../installer/base/ssh-wire.ts';
import { testKey } from '../../fixtures/trust-medium.ts';
import { malleated, type SigFields } from './sshsig-parts.ts';

const key = testKey('bundle-1');
const other = testKey('bundle-2');
const typed = (type: string, value: Uint8Array) => Buffer.concat([sshString(type), sshString(value)]);
const pk = key.publicKey;
const order = (hex: string) => Buffer.from(hex, 'hex');

/** Points of small order on the curve: with such a key one signature fits many messages (RFC 8032, section 8.9 and errata). */
const smallOrder = {
  one: order(`01${'00'.repeat(31)}`),
  minusOne: order(`ec${'ff'.repeat(30)}7f`),
  zero: Buffer.alloc(32),
};

/** One field of the blob wrong at a time; every one of them must be refused, whatever else holds. */
export const fieldVectors: readonly [name: string, fields: SigFields][] = [
  ['magic in lower case', { magic: Buffer.from('sshsig') }],
  ['magic of another format', { magic: Buffer.from('SSHKEY') }],
  ['magic cut short', { magic: Buffer.from('SSHSI') }],
  ['magic twice', { magic: Buffer.from('SSHSIGSSHSIG') }],
  ...[2, 255, 256, 0x01000000, 0x7fffffff, 0xffffffff].map((version): [string, SigFields] => [
    `version ${version}`,
    { version },
  ]),
  ...[
    '',
    'file',
    'git',
    'airgap-root',
    'AIRGAP-BUNDLE',
    'airgap-bundle\0',
    'airgap-bundle ',
    ' airgap-bundle',
    'airgap-bundl',
    'airgap-bundle-2',
    'airgap‐bundle',
    '*',
    'x'.repeat(3000),
  ].map((namespace): [string, SigFields] => [`namespace ${JSON.stringify(namespace.slice(0, 40))}`, { namespace }]),
  ...['', 'sha1', 'md5', 'sha224', 'sha384', 'SHA512', 'sha-512', 'sha512 ', 'sha512\0', 'sha3-512', 'none'].map(
    (hash): [string, SigFields] => [`hash ${JSON.stringify(hash)}`, { hash }],
  ),
  ...[
    '',
    'ssh-rsa',
    'ssh-dss',
    'ecdsa-sha2-nistp256',
    'ssh-ed448',
    'sk-ssh-ed25519@openssh.com',
    'ssh-ed25519-cert-v01@openssh.com',
    'SSH-ED25519',
  ].map((type): [string, SigFields] => [`key type ${JSON.stringify(type)}`, { key: typed(type, pk) }]),
  ['a key of 31 bytes', { key: typed(ed25519, pk.subarray(1)) }],
  ['a key of 33 bytes', { key: typed(ed25519, Buffer.concat([pk, Buffer.alloc(1)])) }],
  ['a key of no bytes', { key: typed(ed25519, Buffer.alloc(0)) }],
  ['a key with something after it', { key: Buffer.concat([ed25519Blob(pk), Buffer.alloc(1)]) }],
  ['no key', { key: Buffer.alloc(0) }],
  ['another key than the one that signed', { key: ed25519Blob(other.publicKey) }],
  ...Object.entries(smallOrder).map(([name, point]): [string, SigFields] => [
    `a key of small order (${name}) and a signature that fits every message`,
    { key: ed25519Blob(point), signature: typed(ed25519, Buffer.concat([smallOrder.one, Buffer.alloc(32)])) },
  ]),
  ...['', 'ssh-rsa', 'rsa-sha2-512', 'ssh-ed448', 'sk-ssh-ed25519@openssh.com', 'SSH-ED25519'].map(
    (type): [string, SigFields] => [
      `signature type ${JSON.stringify(type)}`,
      { signature: typed(type, Buffer.alloc(64, 1)) },
    ],
  ),
  ['a signature of 63 bytes', { raw: (bytes) => bytes.subarray(1) }],
  ['a signature of 65 bytes', { raw: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]) }],
  ['a signature of 128 bytes', { raw: (bytes) => Buffer.concat([bytes, bytes]) }],
  ['a signature of no bytes', { raw: () => Buffer.alloc(0) }],
  ['a signature of zeros', { raw: () => Buffer.alloc(64) }],
  ['a signature of ones', { raw: () => Buffer.alloc(64, 0xff) }],
  ['its halves swapped', { raw: (bytes) => Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]) }],
  ['R of small order', { raw: (bytes) => Buffer.concat([smallOrder.one, bytes.subarray(32)]) }],
  [
    'a signature with something after it',
    { signature: Buffer.concat([typed(ed25519, Buffer.alloc(64, 1)), Buffer.alloc(1)]) },
  ],
  ['no signature', { signature: Buffer.alloc(0) }],
  ['one byte after the blob', { trailing: Buffer.from([0]) }],
  ['a second blob after the blob', { trailing: Buffer.from('SSHSIG') }],
  ['a reserved field that was signed too', { reserved: 'x', signedReserved: 'x' }],
];

/**
 * Fields that ssh-keygen of OpenSSH 9 takes and we do not: it compares versions with "greater than" and key types as C strings,
 * and does not ask whether S is below the group's order, as RFC 8032 (5.1.7) does.
 */
export const laxFields: readonly [name: string, fields: SigFields][] = [
  ['version 0', { version: 0 }],
  ['a key type with a NUL at its end', { key: typed('ssh-ed25519\0', pk) }],
  ['S plus the group’s order: the same signature in other bytes', { raw: malleated }],
];
