import { type Formats as CommonFormats, formats as common } from '../../installer/contract/format.ts';
import { type Language, texts } from '../../installer/contract/texts.ts';

/** What the pages show beside what all faces show; a value never breaks from its unit. */
export interface Formats extends CommonFormats {
  /** 0..1 as a whole percentage, rounded down: 100 % only when all is done. */
  percent(fraction: number): string;
  /** Bytes per second: `12.5 MiB/s`. */
  rate(bytesPerSecond: number): string;
  /** Milliseconds to go, as coarse as such an estimate is: `40 s`, `3 min`. */
  remaining(ms: number): string;
  /** Milliseconds since the Unix epoch to the time of day. */
  time(at: number): string;
}

const nbsp = '\u00a0';

export function formats(language: Language): Formats {
  const shared = common(language);
  const { units } = texts[language];
  const percentage = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const locale = language === 'en' ? 'en-GB' : 'ru';
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const join = (...parts: string[]) => parts.join(nbsp);

  return {
    ...shared,
    percent: (fraction) => percentage.format(Math.floor(fraction * 100) / 100),
    rate: (bytesPerSecond) => `${shared.bytes(bytesPerSecond)}/${units.s}`,
    remaining(ms) {
      const seconds = Math.max(5, Math.ceil(ms / 5000) * 5);
      if (seconds < 60) return join(String(seconds), units.s);
      const minutes = Math.ceil(seconds / 60);
      if (minutes < 60) return join(String(minutes), units.min);
      return join(shared.number(Math.floor(minutes / 60)), units.h, String(minutes % 60), units.min);
    },
    time: (at) => clock.format(at),
  };
}
