import { localiser } from '../base/localise.ts';
import { registryPort } from '../config/registry-port.ts';
import type { TextParams } from '../contract/errors.ts';
import type { BundleManifest } from '../contract/manifest.ts';
import type { Answers, Bilingual, ProductDefinition } from '../contract/product.ts';
import type { TextKey } from '../contract/texts.ts';
import { carriedFiles } from '../files/place-files-step.ts';
import { registryContainer } from '../registry/registry-labels.ts';
import { publishedPorts } from './readiness-input.ts';
import { sitePaths } from './site-paths.ts';

export interface ChangeSource {
  dataDir: string;
  manifest: BundleManifest;
  product: ProductDefinition;
  /** Complete: presets filled in. */
  answers: Answers;
}

/** A number that is formatted as bytes in each language. */
interface Bytes {
  bytes: number;
}
type Params = Record<string, string | number | Bytes>;

const english = localiser('en');
const russian = localiser('ru');

function say(key: TextKey & `changes.${string}`, params: Params = {}): Bilingual {
  const inLanguage = (text: typeof english) => {
    const shown = Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' ? text.bytes(value.bytes) : value,
    ]);
    return text.t(key, Object.fromEntries(shown) as TextParams);
  };
  return { en: inLanguage(english), ru: inLanguage(russian) };
}

/** What the steps of an install change here, by step id; a step that only looks has no entry. */
export const stepChanges: Readonly<Record<string, (source: ChangeSource) => Bilingual[]>> = {
  startRegistry: ({ dataDir, product, answers }) => [
    say('changes.startRegistry.container', {
      container: registryContainer,
      address: `127.0.0.1:${registryPort(product, answers)}`,
    }),
    say('changes.startRegistry.storage', { dir: sitePaths(dataDir).registry }),
  ],
  loadImages: ({ manifest: { images } }) => [
    say('changes.loadImages.registry', {
      number: images.length,
      bytes: { bytes: images.reduce((sum, { size }) => sum + size, 0) },
    }),
    say('changes.loadImages.engine', {
      bytes: { bytes: images.reduce((sum, { size, unpackedSize }) => sum + (unpackedSize ?? size * 3), 0) },
    }),
  ],
  reseatRegistry: () => [say('changes.reseatRegistry.container')],
  placeModel: ({ dataDir, manifest }) =>
    manifest.models.map(({ id, size }) =>
      say('changes.placeModel.model', { model: id, bytes: { bytes: size }, dir: sitePaths(dataDir).models }),
    ),
  placeFiles: ({ dataDir, manifest }) => {
    const carried = carriedFiles(manifest);
    if (carried.length === 0) return [];
    const bytes = carried.reduce((sum, { size }) => sum + size, 0);
    const dir = sitePaths(dataDir).files(manifest.release);
    return [say('changes.placeFiles.files', { number: carried.length, bytes: { bytes }, dir })];
  },
  renderConfig: ({ dataDir, manifest, product }) => [
    say('changes.renderConfig.release', { dir: sitePaths(dataDir).release(manifest.release) }),
    say('changes.renderConfig.secrets', { number: product.secrets.length }),
    ...(product.folders.length === 0
      ? []
      : [
          say('changes.renderConfig.folders', {
            dir: dataDir,
            folders: product.folders.map(({ path }) => path).join(', '),
          }),
        ]),
  ],
  startStack: ({ product, answers }) => {
    const ports = publishedPorts(product, answers).map(({ service, port }) => `${port} (${service})`);
    return [
      say('changes.startStack.services', { product: product.title }),
      ...(ports.length === 0
        ? []
        : [
            say('changes.startStack.ports', {
              address: String(answers.bind_address ?? '127.0.0.1'),
              ports: ports.join(', '),
            }),
          ]),
    ];
  },
  runHooks: ({ product }) => product.hooks.map(({ title }) => title),
  report: ({ dataDir }) => [say('changes.report.files', { dir: sitePaths(dataDir).reports })],
};
