import { type Language, texts } from '../../installer/contract/texts.ts';

/** Numbers, sizes and times as people of a language write them; a value never breaks from its unit. */
export interface Formats {
  number(value: number): string;
  /** 0..1 as a whole percentage, rounded down: 100 % only when all is done. */
  percent(fraction: number): string;
  /** Binary units with one decimal: `3.4 GiB`, `3,4 ГиБ`. */
  bytes(value: number): string;
  /** Bytes per second: `12.5 MiB/s`. */
  rate(bytesPerSecond: number): string;
  /** Milliseconds to `350 ms`, `12.3 s`, `3 min 5 s` or `1 h 2 min`. */
  duration(ms: number): string;
  /** Milliseconds to go, as coarse as such an estimate is: `40 s`, `3 min`. */
  remaining(ms: number): string;
  /** Milliseconds since the Unix epoch. */
  date(at: number): string;
  time(at: number): string;
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const nbsp = '\u00a0';

export function formats(language: Language): Formats {
  const { units } = texts[language];
  const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const oneDecimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percentage = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const locale = language === 'en' ? 'en-GB' : 'ru';
  const instant = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
  });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const join = (...parts: string[]) => parts.join(nbsp);

  const bytes = (value: number): string => {
    let power = 0;
    let scaled = value;
    // 1023.95 would be shown as 1,024.0
    while (Math.abs(scaled) >= 1023.95 && power < byteUnits.length - 1) {
      scaled /= 1024;
      power += 1;
    }
    return join(oneDecimal.format(scaled), units[byteUnits[power] ?? 'B']);
  };

  return {
    number: (value) => plain.format(value),
    percent: (fraction) => percentage.format(Math.floor(fraction * 100) / 100),
    bytes,
    rate: (bytesPerSecond) => `${bytes(bytesPerSecond)}/${units.s}`,
    duration(ms) {
      if (Math.round(ms) < 1000) return join(plain.format(Math.round(ms)), units.ms);
      if (ms < 59_950) return join(oneDecimal.format(ms / 1000), units.s);
      const seconds = Math.round(ms / 1000);
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return join(String(minutes), units.min, String(seconds % 60), units.s);
      return join(plain.format(Math.floor(minutes / 60)), units.h, String(minutes % 60), units.min);
    },
    remaining(ms) {
      const seconds = Math.max(5, Math.ceil(ms / 5000) * 5);
      if (seconds < 60) return join(String(seconds), units.s);
      const minutes = Math.ceil(seconds / 60);
      if (minutes < 60) return join(String(minutes), units.min);
      return join(plain.format(Math.floor(minutes / 60)), units.h, String(minutes % 60), units.min);
    },
    date: (at) => instant.format(at),
    time: (at) => clock.format(at),
  };
}
