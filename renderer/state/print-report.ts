/**
 * Prints the report by itself. Under the wizard's content policy no frame may show it and no inline style counts, so its
 * sheet is constructed and its elements are taken over, without any script, into a shadow tree that only paper shows.
 */
export function printReport(html: string): void {
  const sheets: string[] = [];
  // The content policy also holds for a document that is only parsed: its sheet must not be in it.
  const bare = html.replace(/<style[^>]*>([\s\S]*?)<\/style>/g, (_all, css: string) => {
    sheets.push(css);
    return '';
  });
  const report = new DOMParser().parseFromString(bare, 'text/html');
  const host = document.createElement('div');
  host.className = 'wz-paper';
  const shadow = host.attachShadow({ mode: 'closed' });
  shadow.adoptedStyleSheets = sheets.map((css) => {
    const sheet = new CSSStyleSheet();
    // Inside a shadow tree the page's own elements have another name.
    sheet.replaceSync(css.replace(/(^|[\s,{}])(:root|html|body)(?=[\s,{])/g, '$1:host'));
    return sheet;
  });
  for (const element of report.querySelectorAll('script, style, link, meta, iframe, object')) element.remove();
  shadow.append(...[...report.body.childNodes].map((node) => document.importNode(node, true)));
  document.body.append(host);
  document.body.classList.add('wz-printing');
  window.addEventListener(
    'afterprint',
    () => {
      host.remove();
      document.body.classList.remove('wz-printing');
    },
    { once: true },
  );
  window.print();
}
