import { type Content, html, Markup } from '../../installer/base/html.ts';
import { type Localiser, localiser } from '../../installer/base/localise.ts';
import type { ProductDefinition } from '../../installer/contract/product.ts';
import { licenseNames } from '../../installer/contract/sbom.ts';
import type { Language } from '../../installer/contract/texts.ts';
import type { ListedSbom } from './listed-sbom.ts';

/** The page carries its own style and needs nothing else: no script, no font, no address. */
const policy = new Markup("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");

const style = new Markup(`
:root { color-scheme: light dark; --line: #8886; --soft: #8881; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: start; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { background: var(--soft); }
code { font-size: .8125rem; overflow-wrap: anywhere; }
details { margin: .5rem 0 1.5rem; }
summary { cursor: pointer; }
@media print { thead { display: table-header-group; } tr { break-inside: avoid; } }
`);

/** All SBOMs of a bundle as one page that works without a network, in one language. Same SBOMs, same bytes. */
export function sbomPage(
  product: Pick<ProductDefinition, 'title' | 'version'>,
  sboms: readonly ListedSbom[],
  language: Language,
): string {
  // no date is shown: the zone is only named so that the machine's own cannot matter
  const text = localiser(language, 'UTC');
  const title = text.t('sbom.title', { product: `${product.title} ${product.version}` });
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text.t('sbom.intro')}</p>
${overview(sboms, text)}
${sboms.map((sbom, index) => section(sbom, index, text))}
</main>
</body>
</html>
`;
  return page.text;
}

function overview(sboms: readonly ListedSbom[], text: Localiser): Content {
  return html`<table>
<thead><tr><th scope="col">${text.t('sbom.image')}</th><th scope="col">${text.t('sbom.components')}</th>
<th scope="col">${text.t('sbom.source')}</th><th scope="col">${text.t('sbom.file')}</th></tr></thead>
<tbody>${sboms.map(
    ({ image, platform, document, given, path }, index) => html`
<tr><th scope="row"><a href="#sbom-${index}">${image.ref}</a> ${platform}</th>
<td>${text.number(document.components.length)}</td>
<td>${text.t(given ? 'sbom.given' : document.components.length === 0 ? 'sbom.none' : 'sbom.read')}</td><td><code>${path}</code></td></tr>`,
  )}
</tbody></table>`;
}

function section({ image, platform, document }: ListedSbom, index: number, text: Localiser): Content {
  const { components } = document;
  return html`
<h2 id="sbom-${index}">${image.ref} ${platform}</h2>
<p><code>${image.digest}</code></p>
${
  components.length === 0
    ? html`<p>${text.t('sbom.none')}</p>`
    : html`<details open><summary>${text.t('sbom.count', { count: components.length })}</summary>
<table>
<thead><tr><th scope="col">${text.t('sbom.name')}</th><th scope="col">${text.t('sbom.version')}</th>
<th scope="col">${text.t('sbom.license')}</th><th scope="col">${text.t('sbom.purl')}</th></tr></thead>
<tbody>${components.map(
        (component) => html`
<tr><td>${component.name}</td><td>${component.version ?? ''}</td><td>${licenseNames(component).join(', ')}</td>
<td><code>${component.purl ?? ''}</code></td></tr>`,
      )}
</tbody></table></details>`
}`;
}
