import { ORPCError } from '@orpc/client';
import { asInstallerError, fromWire, InstallerError, toWire } from '../../base/errors.ts';
import { endOf, plainText, visible, visibleJson } from '../../base/foreign-text.ts';
import { type Language, type Localiser, localiser } from '../../base/localise.ts';
import { errorCategories, exitCodes, type WireError, wireError } from '../../contract/errors.ts';

/** What the person at the terminal chose for every command. */
export interface GlobalOptions {
  dataDir: string;
  json: boolean;
  lang: Language;
}

/** Human words go to stderr, the machine's document to stdout: `airgap … --json | jq` always works. */
export interface Terminal {
  readonly text: Localiser;
  readonly options: GlobalOptions;
  say(line: string): void;
  /** The command's one JSON document (or one NDJSON line of long work); nothing without --json. */
  document(value: unknown): void;
}

export function terminal(options: GlobalOptions): Terminal {
  return {
    text: localiser(options.lang),
    options,
    // The last of several places that do so: nothing that is said here can be anything else than text.
    say: (line) => process.stderr.write(`${plainText(line)}\n`),
    document: (value) => {
      if (options.json) process.stdout.write(`${visibleJson(value)}\n`);
    },
  };
}

/** Errors that a run's event stream has already put on stdout. */
const streamed = new WeakSet<object>();

/** Marks a run's error: with --json its `runFinished` event is the document, a second one would be one too many. */
export function alreadyStreamed(error: InstallerError): InstallerError {
  streamed.add(error);
  return error;
}

/** The error as the officer reads it: what, why, expected and found, what to do. Returns the exit code. */
export function sayError(out: Terminal, thrown: unknown): number {
  const error = fromContract(thrown);
  const wire = toWire(error);
  if (!(error instanceof InstallerError && streamed.has(error))) out.document({ error: wire });
  const words = out.text.error(wire);
  out.say('');
  out.say(`✖ ${words.title}  [${wire.code}]`);
  out.say(`  ${words.cause}`);
  if (words.expected !== '') out.say(`  ${out.text.t('cli.expected')}: ${words.expected}`);
  if (wire.found !== undefined) out.say(`  ${out.text.t('cli.found')}: ${onOneLine(wire.found)}`);
  for (const line of technicalCauses(wire)) out.say(`  ${out.text.t('cli.detail')}: ${line}`);
  out.say(`  ${out.text.t('cli.remedy')}: ${words.remedy}`);
  return exitCodeOf(asInstallerError(error).code);
}

/** The engine's errors come through the contract, also inside one process; their data is the error itself. */
function fromContract(thrown: unknown): unknown {
  if (!(thrown instanceof ORPCError) || thrown.code !== 'INSTALLER') return thrown;
  const wire = wireError.safeParse(thrown.data);
  return wire.success ? fromWire(wire.data) : thrown;
}

export function exitCodeOf(code: WireError['code']): number {
  return exitCodes[errorCategories[code]];
}

const longestDetail = 400;

/** One line for the screen, with the end, where the reason stands; --json, the journal and the report have all of it. */
function shortened(detail: string): string {
  return endOf(onOneLine(detail), longestDetail);
}

/** A line end in what others said must not begin a line that looks like one of ours. */
export function onOneLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' ').trim());
}

function technicalCauses(wire: WireError): string[] {
  const lines: string[] = [];
  for (let at: WireError | undefined = wire; at !== undefined; at = at.cause) {
    if (at !== wire && at.code !== wire.code) lines.push(at.code);
    if (at.detail !== undefined) lines.push(shortened(at.detail));
  }
  return lines;
}
