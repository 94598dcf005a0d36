import { type Content, html, type Markup } from '../../base/html.ts';

/** `taken`: it failed, and somebody answers for going on. */
export type Tone = 'good' | 'warn' | 'taken' | 'bad' | 'plain';

/** A numbered part of the page. */
export function section(title: string, ...content: Content[]): Markup {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

/** Names and values; a null value leaves the pair out. */
export function facts(pairs: readonly (readonly [name: string, value: Content])[]): Markup {
  const shown = pairs.filter(([, value]) => value !== null);
  return html`<dl>${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function table(headings: readonly string[], rows: readonly (readonly Content[])[]): Markup {
  return html`<table>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>`;
}

/** A word whose colour repeats what it says. */
export function badge(text: string, tone: Tone): Markup {
  return html`<span class="badge ${tone}">${text}</span>`;
}

export function mono(text: string): Markup {
  return html`<code>${text}</code>`;
}

export function paragraph(text: Content): Markup {
  return html`<p>${text}</p>`;
}

/** A digest in groups of four, four groups to a line, to be copied by hand and compared by eye. */
export function hashToWriteDown(digest: string): Markup {
  const groups = digest.replace(/^sha256:/, '').match(/.{1,4}/g) ?? [];
  const lines: string[] = [];
  for (let start = 0; start < groups.length; start += 4) lines.push(groups.slice(start, start + 4).join(' '));
  return html`<p class="hash">${lines.map((line) => html`<span>${line}</span>`)}</p>`;
}
