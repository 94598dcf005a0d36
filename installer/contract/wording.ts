import type { TextParams, WireError } from './errors.ts';
import type { Finding } from './findings.ts';
import type { Formats } from './format.ts';
import { type Language, texts } from './texts.ts';

/** What stands where a text names a parameter that was not given. */
export const missing = '—';

export interface ErrorText {
  title: string;
  cause: string;
  remedy: string;
  /** In this language where the error says what kind of thing it expects; empty where it expects nothing. */
  expected: string;
}

export interface FindingText {
  title: string;
  remedy: string;
  /** Formatted by the finding's unit; empty where it has none. */
  expected: string;
  found: string;
}

/** How codes become words: the same in every face. */
export interface Wording {
  error(error: WireError): ErrorText;
  finding(finding: Finding): FindingText;
  /** The title of a step; the id itself where it is not known. */
  step(id: string): string;
}

/** @param text the shared text of that dotted key, with its parameters filled in */
export function wording(
  language: Language,
  format: Pick<Formats, 'bytes' | 'number'>,
  text: (key: string, params?: TextParams) => string,
): Wording {
  const known = texts[language];

  const measure = (value: number | string | null, unit: Finding['unit']): string => {
    if (value === null) return '';
    if (typeof value === 'number') return unit === 'bytes' ? format.bytes(value) : format.number(value);
    return unit === 'text' && Object.hasOwn(known.words, value) ? text(`words.${value}`) : value;
  };
  const expectation = ({ expects, ...params }: TextParams): string | undefined =>
    typeof expects === 'string' && Object.hasOwn(known.expects, expects)
      ? text(`expects.${expects}`, params)
      : undefined;

  return {
    error({ code, params, expected: plain, found = missing }) {
      const expected = expectation(params) ?? plain;
      const all = { expected: expected ?? missing, found, ...params };
      return {
        title: text(`errors.${code}.title`, all),
        cause: text(`errors.${code}.cause`, all),
        remedy: text(`errors.${code}.remedy`, all),
        expected: expected ?? '',
      };
    },
    finding({ code, subject, unit, params, expected, found }) {
      const shown = { expected: measure(expected, unit), found: measure(found, unit) };
      const all = { ...params, subject, expected: shown.expected || missing, found: shown.found || missing };
      const about = (field: 'title' | 'remedy') => {
        // A subject may have a text of its own: DISK_SPACE is about a mount point, or about the tier.
        // So may the kind of thing that it found.
        const own = [`${field}_${params.kind}`, `${field}_${subject}`].find((key) =>
          Object.hasOwn(known.findings[code], key),
        );
        return text(`findings.${code}.${own ?? field}`, all);
      };
      return { title: about('title'), remedy: about('remedy'), ...shown };
    },
    step: (id) => (Object.hasOwn(known.steps, id) ? text(`steps.${id}`) : id),
  };
}
