import { html, Markup } from '../../base/html.ts';
import type { Localiser } from '../../base/localise.ts';
import type { ReportDocument } from '../../contract/report.ts';
import { readEvents } from '../report-events.ts';
import { checkSeal } from '../seal.ts';
import { bundleSection, imagesSection } from './bundle-section.ts';
import { findingsSection, overridesSection, smokeSection } from './checks-section.ts';
import { hostSection } from './host-section.ts';
import { leftoversSection } from './leftovers-section.ts';
import { eventsSection, isolationSection, servicesSection, signaturesSection } from './site-section.ts';
import { style } from './style.ts';
import { problemSection, stepsSection, summarySection } from './summary-section.ts';

/** What the browser may do with the page: show it with its own style sheet, and nothing else. */
const policy = new Markup("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");

/** The report as one self-contained page for screen and A4 paper, in the localiser's language. */
export function reportPage(document: ReportDocument, text: Localiser): string {
  const { evidence, summary } = document;
  const title = text.t('report.title', { action: text.t(`actions.${summary.action}`) });
  const sealed = checkSeal(evidence, readEvents(document.events)) === 'sealed';
  const page = html`<!doctype html>
<html lang="${text.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} · ${evidence.host.hostname}</title>
<style>${style}</style>
</head>
<body>
<main>
<header><h1>${title}</h1><p>${evidence.host.hostname} · ${text.date(summary.started)}</p></header>
${[
  summarySection(document, text),
  problemSection(document, text),
  hostSection(document, text),
  bundleSection(document, text),
  imagesSection(document, text),
  findingsSection(document, text),
  overridesSection(document, text),
  stepsSection(document, text),
  leftoversSection(document, text),
  servicesSection(document, text),
  smokeSection(document, text),
  isolationSection(document, text),
  eventsSection(document, sealed, text),
  signaturesSection(text),
]}
<footer>${text.t('report.texts.generated', { version: evidence.installer.version })}</footer>
</main>
</body>
</html>
`;
  return page.text;
}
