import type { Markup } from '../../base/html.ts';
import type { Localiser } from '../../base/localise.ts';
import type { SiteItem } from '../../contract/events.ts';
import type { ReportDocument } from '../../contract/report.ts';
import { mono, paragraph, section, table } from './blocks.ts';

/** What a run that removes has removed, and what is still there afterwards; nothing for a run that did neither. */
export function leftoversSection({ summary: { removed, kept } }: ReportDocument, text: Localiser): Markup | null {
  const { t } = text;
  if (removed.length === 0 && kept.length === 0) return null;
  const row = ({ type, name, bytes }: SiteItem) => [
    t(`siteItems.${type}`),
    mono(name),
    bytes === null ? '' : text.bytes(bytes),
  ];
  const head = [t('report.labels.kind'), t('report.labels.name'), t('report.labels.size')];
  return section(
    t('report.sections.removed'),
    removed.length === 0 ? paragraph(t('report.texts.nothingRemoved')) : table(head, removed.map(row)),
    paragraph(t(kept.length === 0 ? 'report.texts.nothingKept' : 'report.texts.kept')),
    kept.length === 0
      ? null
      : table(
          [...head, t('report.labels.why')],
          kept.map(({ item, reason }) => [...row(item), t(`keptReasons.${reason}`)]),
        ),
  );
}
