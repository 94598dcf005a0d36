import type { Finding } from '../../contract/findings.ts';
import { isOverridable } from '../../contract/overridable.ts';
import { describeFinding } from './describe.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** Every finding that is not as required, with its code, what to do, and how to go on in spite of it where that is allowed. */
export function showNotPassed(out: Terminal, findings: readonly Finding[]): void {
  for (const finding of findings) {
    if (finding.status === 'pass') continue;
    const { code, status } = finding;
    out.say(`${describeFinding(out.text, finding)}  [${code}]`);
    for (const line of wrap(out.text.finding(finding).remedy)) out.say(line);
    if (status !== 'fail' || !isOverridable(finding)) continue;
    for (const line of wrap(out.text.t('cli.codeHint', { code }))) out.say(line);
  }
}
