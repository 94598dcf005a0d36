import { Command } from 'commander';
import { InstallerError } from '../../../base/errors.ts';
import { visible } from '../../../base/foreign-text.ts';
import type { BundleView } from '../../../contract/requests.ts';
import { describeFinding } from '../describe.ts';
import { engineClient } from '../engine.ts';
import { globalOptions, rootOption } from '../options.ts';
import { compactTable } from '../table.ts';
import { type Terminal, terminal } from '../terminal.ts';

export function bundleInspectCommand(): Command {
  return new Command('inspect')
    .description('show what a bundle says of itself; nothing is verified')
    .argument('<dir>', 'the bundle')
    .action(async (dir: string, _options: object, command: Command) => {
      const out = terminal(globalOptions(command));
      const view = await engineClient(out.options.dataDir).bundle.inspect({ dir });
      out.document(view);
      showBundle(out, view);
    });
}

export function bundleVerifyCommand(): Command {
  return new Command('verify')
    .description('check signatures, structure and every byte')
    .argument('<dir>', 'the bundle')
    .addOption(rootOption().makeOptionMandatory())
    .action(async (dir: string, options: { root: string }, command: Command) => {
      const out = terminal(globalOptions(command));
      const view = await verified(out, dir, options.root);
      out.document(view);
      showBundle(out, view);
    });
}

async function verified(out: Terminal, dir: string, root: string): Promise<BundleView> {
  const hashing = await engineClient(out.options.dataDir).bundle.verify({ dir, root });
  const live = process.stderr.isTTY === true;
  for (;;) {
    const step = await hashing.next();
    if (step.done === true) {
      if (live) process.stderr.write('\r\u001b[K');
      if (step.value === undefined) throw new InstallerError('INTERNAL', { params: { what: 'verify ended early' } });
      return step.value;
    }
    const { done, total, path } = step.value;
    if (live) process.stderr.write(`\r\u001b[K${out.text.bytes(done)} / ${out.text.bytes(total)}  ${visible(path)}`);
  }
}

function showBundle(out: Terminal, view: BundleView): void {
  const { text } = out;
  const { manifest } = view;
  out.say(view.verified ? text.t('cli.bundleVerified') : text.t('cli.bundleUnverified'));
  const table = compactTable();
  table.push(
    [text.t('cli.product'), `${manifest.product.title} ${manifest.product.version}`],
    [text.t('cli.release'), manifest.release],
    [text.t('cli.manifestDigest'), view.manifestDigest],
    ...view.signers.map(({ role, fingerprint }) => [text.t('cli.signer', { role }), fingerprint]),
    ...view.thresholds.map(({ role, ...counts }) => [
      text.t('cli.signedBy', { role }),
      text.t('cli.threshold', { ...counts }),
    ]),
    ...deltaRows(text, manifest),
    ...(manifest.expires === undefined ? [] : [[text.t('cli.expires'), text.date(Date.parse(manifest.expires))]]),
    ...manifest.images.map((image) => [image.name, `${image.digest}  ${text.bytes(image.size)}`]),
    ...manifest.models.map((model) => [model.path, `${model.digest}  ${text.bytes(model.size)}`]),
    ...carriedRows(text, manifest),
  );
  out.say(table.toString());
  for (const finding of view.findings ?? []) {
    out.say(describeFinding(text, finding));
    out.say(`  ${text.t('cli.remedy')}: ${text.finding(finding).remedy}`);
  }
}

function deltaRows(text: Terminal['text'], { base, assumed = [] }: BundleView['manifest']): string[][] {
  if (base === undefined) return [];
  const bytes = assumed.reduce((sum, { size }) => sum + size, 0);
  return [
    [text.t('cli.base'), `${base.release}  ${base.manifestDigest}`],
    [text.t('cli.assumed'), `${text.t('cli.files', { count: assumed.length })}, ${text.bytes(bytes)}`],
  ];
}

/** What an image is made of, out of the bundle whose signatures hold. */
export function bundleSbomCommand(): Command {
  return new Command('sbom')
    .description(
      'list what an image is made of, from the bundle’s own list of components; names them when none is given',
    )
    .argument('<dir>', 'the bundle')
    .argument('[document]', 'a path such as sbom/NAME.cdx.json')
    .addOption(rootOption().makeOptionMandatory())
    .action(async (dir: string, document: string | undefined, options: { root: string }, command: Command) => {
      const out = terminal(globalOptions(command));
      const { bundle } = engineClient(out.options.dataDir);
      const request = { dir, root: options.root };
      if (document === undefined) {
        const { sbom } = await bundle.open(request);
        out.document(sbom);
        for (const path of sbom) out.say(path);
        if (sbom.length === 0) out.say(out.text.t('cli.noSbom'));
        return;
      }
      const view = await bundle.sbom({ ...request, path: document });
      out.document(view);
      const heads = (['sbom.name', 'sbom.version', 'sbom.license'] as const).map((key) => out.text.t(key));
      const table = compactTable(heads);
      for (const { name, version, licenses } of view.components) table.push([name, version, licenses.join(', ')]);
      out.say(table.toString());
      out.say(out.text.t('sbom.count', { count: view.total }));
    });
}

/** packages/, tools/, sbom/: how many files, those of a base release too. */
function carriedRows(text: Terminal['text'], { files, assumed = [] }: BundleView['manifest']): string[][] {
  return ['packages', 'tools', 'sbom'].flatMap((folder) => {
    const inside = [...files, ...assumed].filter(({ path }) => path.startsWith(`${folder}/`));
    if (inside.length === 0) return [];
    const bytes = inside.reduce((sum, { size }) => sum + size, 0);
    return [[`${folder}/`, `${text.t('cli.files', { count: inside.length })}, ${text.bytes(bytes)}`]];
  });
}
