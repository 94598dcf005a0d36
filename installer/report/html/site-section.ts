import { html, type Markup } from '../../base/html.ts';
import type { Localiser } from '../../base/localise.ts';
import type { ServiceState } from '../../contract/events.ts';
import type { ReportDocument } from '../../contract/report.ts';
import { badge, facts, hashToWriteDown, mono, paragraph, section, type Tone, table } from './blocks.ts';
import { answer } from './host-section.ts';

const serviceTones: Readonly<Record<ServiceState['state'], Tone>> = {
  creating: 'plain',
  starting: 'plain',
  healthy: 'good',
  running: 'good',
  unhealthy: 'bad',
  exited: 'bad',
  removed: 'plain',
};

export function servicesSection({ summary: { services } }: ReportDocument, text: Localiser): Markup {
  const { t } = text;
  if (services.length === 0) return section(t('report.sections.services'), paragraph(t('report.texts.noServices')));
  return section(
    t('report.sections.services'),
    table(
      [t('report.labels.service'), t('report.labels.state'), t('report.labels.detail')],
      services.map(({ service, state, detail }) => [
        service,
        badge(t(`serviceStates.${state}`), serviceTones[state]),
        detail,
      ]),
    ),
  );
}

export function isolationSection({ evidence: { isolation } }: ReportDocument, text: Localiser): Markup {
  const { t } = text;
  if (isolation === null) return section(t('report.sections.isolation'), paragraph(t('report.texts.noIsolation')));
  return section(
    t('report.sections.isolation'),
    paragraph(t('report.texts.isolation')),
    facts([
      [t('report.labels.defaultRoute'), answer(isolation.defaultRoute, text)],
      [t('report.labels.takenAt'), text.date(isolation.at)],
    ]),
    table(
      [t('report.labels.interface'), t('report.labels.addresses')],
      isolation.interfaces.map(({ name, addresses }) => [mono(name), mono(addresses.join(', '))]),
    ),
    isolation.routes.length === 0
      ? null
      : table(
          [t('report.labels.route')],
          isolation.routes.map((route) => [mono(route)]),
        ),
  );
}

export function eventsSection({ events, head }: ReportDocument, sealed: boolean, { t }: Localiser): Markup {
  return section(
    t('report.sections.events'),
    paragraph(t('report.texts.events', { events: t('counts.events', { count: events.length }) })),
    paragraph(t(sealed ? 'report.texts.sealed' : 'report.texts.unsealed')),
    html`<h3>${t('report.labels.head')} (SHA-256)</h3>${hashToWriteDown(head)}`,
  );
}

export function signaturesSection({ t }: Localiser): Markup {
  const person = (role: string) =>
    html`<div class="sign"><h3>${role}</h3><p>${t('report.sign.name')}</p><p>${t('report.sign.date')}</p><p>${t('report.sign.signature')}</p></div>`;
  return section(
    t('report.sections.signatures'),
    html`<div class="signs">${person(t('report.sign.installedBy'))}${person(t('report.sign.verifiedBy'))}</div>`,
  );
}
