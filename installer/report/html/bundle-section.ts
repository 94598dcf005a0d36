import type { Markup } from '../../base/html.ts';
import type { Localiser } from '../../base/localise.ts';
import type { ReportDocument } from '../../contract/report.ts';
import { facts, mono, paragraph, section, table } from './blocks.ts';

export function bundleSection({ evidence: { bundle, root } }: ReportDocument, text: Localiser): Markup {
  const { t } = text;
  if (bundle === null) return section(t('report.sections.bundle'), paragraph(t('report.texts.noBundle')));
  return section(
    t('report.sections.bundle'),
    facts([
      [t('report.labels.product'), `${bundle.title} (${bundle.product})`],
      [t('report.labels.version'), bundle.version],
      [t('report.labels.release'), text.number(bundle.release)],
      [t('report.labels.rootVersion'), text.number(bundle.rootVersion)],
    ]),
    table(
      [t('report.labels.name'), t('report.labels.digest')],
      [
        [t('report.labels.manifestDigest'), mono(bundle.manifestDigest)],
        [t('report.labels.rootDigest'), mono(bundle.rootDigest)],
      ],
    ),
    table(
      [t('report.labels.role'), t('report.labels.signer')],
      bundle.signers.map(({ role, fingerprint }) => [t(`report.roles.${role}`), mono(fingerprint)]),
    ),
    root?.replaced === undefined
      ? null
      : facts(
          root.replaced.map((each) => [
            t('report.labels.rootReplaced'),
            t('report.texts.replaced', { ...each, old: each.old ?? '–', at: text.date(each.at) }),
          ]),
        ),
  );
}

export function imagesSection({ evidence: { bundle } }: ReportDocument, text: Localiser): Markup | null {
  if (bundle === null) return null;
  const { t } = text;
  return section(
    t('report.sections.images'),
    table(
      [t('report.labels.name'), t('report.labels.digest'), t('report.labels.size')],
      [
        ...bundle.images.map(({ name, digest, size }) => [name, mono(digest), text.bytes(size)]),
        ...bundle.models.map(({ id, digest, size }) => [id, mono(digest), text.bytes(size)]),
      ],
    ),
  );
}
