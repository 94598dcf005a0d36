import { Command, InvalidArgumentError } from 'commander';
import { createBundle } from '../../../../bundles/create.ts';
import type { CreateEvent } from '../../../../bundles/create-types.ts';
import { globalOptions } from '../options.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { collect, positiveInteger } from './bundle-keys.ts';

interface CreateFlags {
  product: string;
  out: string;
  images: string[];
  model: { id?: string; path: string }[];
  release: number;
  minimumSourceRelease: number;
  root: string;
  signKey: string[];
  partSize?: number;
}

/** `FILE` or `ID=FILE`. */
function collectModel(value: string, previous: { id?: string; path: string }[]): { id?: string; path: string }[] {
  const match = /^([a-z0-9][a-z0-9-]*)=(.+)$/.exec(value);
  return [...previous, match?.[1] && match[2] ? { id: match[1], path: match[2] } : { path: value }];
}

const units = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

/** `3500M`, `4G`, or bytes. */
function byteSize(value: string): number {
  const match = /^(\d+)([KMG]?)$/.exec(value);
  if (match === null)
    throw new InvalidArgumentError('Bytes are expected, or a number with K, M or G (powers of 1024).');
  return Number(match[1]) * units[(match[2] ?? '') as keyof typeof units];
}

export function bundleCreateCommand(): Command {
  return new Command('create')
    .description('write a signed bundle')
    .requiredOption('--product <dir>', 'product definition (folder with product.yaml)')
    .requiredOption('--out <dir>', 'folder to write: new, or empty')
    .option('--images <src>', 'docker save or OCI archive (plain, gzip, zstd), or oci:DIR; repeatable', collect, [])
    .option('--model <file>', 'GGUF file, or ID=FILE where the product has several; repeatable', collectModel, [])
    .requiredOption('--release <n>', 'release counter of this bundle; only ever goes up', positiveInteger)
    .option(
      '--minimum-source-release <n>',
      'lowest installed release that may be upgraded to this one',
      positiveInteger,
    )
    .requiredOption('--root <file>', 'root.json, with its signatures beside it')
    .option(
      '--sign-key <file>',
      'private key to sign with (none: sign bundle.json with ssh-keygen); repeatable',
      collect,
      [],
    )
    .option('--part-size <bytes>', 'larger files are stored in parts (default 3.5 GiB, for FAT32)', byteSize)
    .action(async (flags: CreateFlags, command: Command) => {
      const out = terminal(globalOptions(command));
      const abort = new AbortController();
      const onSignal = () => abort.abort();
      process.once('SIGINT', onSignal);
      process.once('SIGTERM', onSignal);
      try {
        const made = await createBundle(
          {
            productDir: flags.product,
            out: flags.out,
            images: flags.images,
            models: flags.model,
            release: flags.release,
            minimumSourceRelease: flags.minimumSourceRelease ?? 0,
            rootFile: flags.root,
            signKeys: flags.signKey,
            ...(flags.partSize === undefined ? {} : { partSize: flags.partSize }),
          },
          { signal: abort.signal, onEvent: (event) => sayCreateEvent(out, event) },
        );
        out.document(made);
        out.say(
          `${made.dir}\n${made.manifestDigest}\n${out.text.t('cli.files', { count: made.files })}, ${out.text.bytes(made.bytes)}`,
        );
      } finally {
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      }
    });
}

function sayCreateEvent(out: Terminal, event: CreateEvent): void {
  if (event.kind === 'image') out.say(`${event.name}  ${event.digest}  ${out.text.bytes(event.size)}`);
  else if (event.kind === 'model') out.say(`${event.path}  ${event.digest}  ${out.text.bytes(event.size)}`);
  else if (event.kind === 'ignored') out.say(out.text.t('cli.ignoredImage', { ref: event.ref, source: event.source }));
  else if (event.kind === 'signed') out.say(`${event.file}  ${event.fingerprint}`);
  else if (event.kind === 'signaturesMissing') {
    out.say(out.text.t('cli.signaturesMissing', { signed: event.signed, threshold: event.threshold }));
  }
}
