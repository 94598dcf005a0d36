import { Markup } from '../../base/html.ts';

/** One sheet for screen (light, dark) and A4 paper. No fonts, images or addresses: the page must work without a network. */
export const style = new Markup(`
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #151515; --soft: #4d4d4d; --line: #c7c7c7; --shade: #f2f2f2;
  --good: #2b6318; --warn: #7a4d00; --taken: #5e2d9c; --bad: #a30000;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #1b1d21; --ink: #f0f0f0; --soft: #b8bbbe; --line: #4f5255; --shade: #26292d;
    --good: #92d473; --warn: #f4c145; --taken: #c4b2ff; --bad: #fe8a7d;
  }
}
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --ink: #000; --soft: #333; --line: #888; --shade: #f2f2f2;
    --good: #2b6318; --warn: #7a4d00; --taken: #5e2d9c; --bad: #a30000;
  }
  main { max-width: none !important; padding: 0 !important; }
  tr, dl > div, .hash, .sign { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 10.5pt/1.45 system-ui, "DejaVu Sans", "Liberation Sans", sans-serif;
}
main { max-width: 190mm; margin: 0 auto; padding: 10mm 5mm; }
header { border-bottom: 2px solid var(--ink); margin-bottom: 6mm; }
h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 1mm; }
header p { margin: 0 0 3mm; color: var(--soft); }
h2 { font-size: 13pt; margin: 8mm 0 2.5mm; border-bottom: 1px solid var(--line); padding-bottom: 1mm; }
h3 { font-size: 10.5pt; margin: 4mm 0 1.5mm; }
p { margin: 0 0 2.5mm; }
dl { margin: 0 0 3mm; display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm; }
dl > div { display: grid; grid-template-columns: 38mm 1fr; gap: 3mm; padding: .8mm 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; font-weight: 500; }
table { width: 100%; border-collapse: collapse; margin: 0 0 3mm; font-size: 9.5pt; }
th, td { text-align: left; vertical-align: top; padding: 1.2mm 2mm; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { background: var(--shade); font-weight: 600; overflow-wrap: normal; }
code { font: 8pt/1.35 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace; overflow-wrap: anywhere; }
small { color: var(--soft); display: block; }
.badge { font-weight: 700; white-space: nowrap; }
.badge::before { content: "\\25CF\\A0"; }
.good { color: var(--good); } .warn { color: var(--warn); } .taken { color: var(--taken); } .bad { color: var(--bad); }
.badge.good::before { content: "\\2714\\A0"; } .badge.warn::before { content: "\\25B2\\A0"; }
.badge.taken::before { content: "\\2716\\A0"; }
.badge.bad::before { content: "\\2716\\A0"; } .badge.plain::before { content: "\\2013\\A0"; }
.result { font-size: 13pt; }
.problem { border: 1px solid var(--bad); border-left-width: 2mm; padding: 3mm 4mm; margin: 0 0 3mm; }
.problem h3 { margin-top: 0; }
.hash {
  font: 700 15pt/1.6 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace;
  border: 1px solid var(--ink); padding: 3mm 5mm; display: inline-block; letter-spacing: .04em;
}
.hash span { display: block; white-space: pre; word-spacing: .5em; }
.signs { display: grid; grid-template-columns: 1fr 1fr; gap: 10mm; }
.sign p { display: flex; align-items: flex-end; gap: 3mm; margin: 0; padding-top: 9mm; color: var(--soft); }
.sign p::after { content: ""; flex: 1; border-bottom: 1px solid var(--ink); }
footer { margin-top: 8mm; color: var(--soft); font-size: 9pt; }
@media screen and (max-width: 700px) { dl, .signs { grid-template-columns: 1fr; } table { display: block; overflow-x: auto; } }
`);
