import { Command, Option } from 'commander';
import { createBundle } from '../../../../bundles/create.ts';
import type { CreateOptions } from '../../../../bundles/create-types.ts';
import { globalOptions } from '../options.ts';
import { terminal } from '../terminal.ts';
import { collect, positiveInteger } from './bundle-keys.ts';
import { byteSize, collectModel, collectSbom, date, platforms } from './create-values.ts';
import { createView } from './create-view.ts';

interface CreateFlags {
  product: string;
  out: string;
  images: string[];
  from: string[];
  model: { id?: string; path: string }[];
  packages: string[];
  tools: string[];
  sbom: { image: string; path: string }[];
  notes?: string;
  release: number;
  minimumSourceRelease?: number;
  expires?: Date;
  base?: string;
  root: string;
  signKey: string[];
  platform?: NonNullable<CreateOptions['platform']>;
  compress: NonNullable<CreateOptions['compress']>;
  partSize?: number;
  registryCa?: string;
  registryConfig?: string;
}

const sources = `image source, repeatable: a docker save or OCI archive (plain, gzip, zstd); oci:DIR;
docker:REF (the running engine); registry:HOST[:PORT]/NAME:TAG; the last two
also as IMAGE=docker:REF, where IMAGE is what the product calls it`;

export function bundleCreateCommand(): Command {
  return new Command('create')
    .description('write a signed bundle')
    .requiredOption('--product <dir>', 'product definition (folder with product.yaml)')
    .requiredOption('--out <dir>', 'folder to write: new, or empty')
    .addOption(repeatable('--images <src>', sources, collect))
    .addOption(repeatable('--from <archive>', 'archive with images, model and packages at once; repeatable', collect))
    .addOption(
      repeatable('--model <file>', 'GGUF file, or ID=FILE where the product has several; repeatable', collectModel),
    )
    .addOption(repeatable('--packages <dir>', 'Python distributions for pip on the site; repeatable', collect))
    .addOption(repeatable('--tools <path>', 'file or folder carried in tools/; repeatable', collect))
    .addOption(
      repeatable('--sbom <image=file>', 'CycloneDX JSON of an image; others are read from the images', collectSbom),
    )
    .option('--notes <file>', 'release notes (Markdown)')
    .requiredOption('--release <n>', 'release counter of this bundle; only ever goes up', positiveInteger)
    .option(
      '--minimum-source-release <n>',
      'lowest installed release that may be upgraded to this one',
      positiveInteger,
    )
    .option('--expires <date>', 'when a newer release should be asked for; sites only warn', date)
    .option('--base <dir>', 'bundle of an earlier release: write only what that one lacks')
    .requiredOption('--root <file>', 'root.json, with its signatures beside it')
    .addOption(
      repeatable(
        '--sign-key <file>',
        'private key to sign with (none: sign bundle.json with ssh-keygen); repeatable',
        collect,
      ),
    )
    .option(
      '--platform <os/arch>',
      'of multi-platform images: a list with commas, or all (default: this machine’s)',
      platforms,
    )
    .addOption(
      new Option('--compress <how>', 'what layers become that come uncompressed')
        .choices(['zstd', 'gzip', 'none'])
        .default('zstd'),
    )
    .option('--part-size <bytes>', 'larger files are stored in parts (default 3.5 GiB, for FAT32)', byteSize)
    .option('--registry-ca <file>', 'certificate authority of registries (PEM), beside this machine’s own')
    .option('--registry-config <file>', 'docker’s config.json with logins or helpers (default: ~/.docker/config.json)')
    .action(async (flags: CreateFlags, command: Command) => {
      const out = terminal(globalOptions(command));
      const view = createView(out);
      const abort = new AbortController();
      const onSignal = () => abort.abort();
      process.once('SIGINT', onSignal);
      process.once('SIGTERM', onSignal);
      try {
        const made = await createBundle(toOptions(flags), { signal: abort.signal, onEvent: view.event });
        view.end();
        out.document(made);
        out.say(
          `${made.dir}\n${made.manifestDigest}\n${out.text.t('cli.files', { count: made.files })}, ${out.text.bytes(made.bytes)}`,
        );
      } finally {
        view.end();
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      }
    });
}

function repeatable<T>(flags: string, description: string, add: (value: string, previous: T[]) => T[]): Option {
  return new Option(flags, description).argParser(add).default([] as T[], 'none');
}

function toOptions(flags: CreateFlags): CreateOptions {
  const { product, root, model, sbom, signKey, ...same } = flags;
  return { ...same, productDir: product, rootFile: root, models: model, sboms: sbom, signKeys: signKey };
}
