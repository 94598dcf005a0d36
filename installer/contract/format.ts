import { type Language, texts } from './texts.ts';

/** Numbers, sizes and times as people of a language write them. */
export interface Formats {
  number(value: number): string;
  /** Binary units with one decimal: `3.4 GiB`, `3,4 ГиБ`. */
  bytes(value: number): string;
  /** Milliseconds to `350 ms`, `12.3 s`, `3 min 5 s` or `1 h 2 min`. */
  duration(ms: number): string;
  /** Milliseconds since the Unix epoch to date and time with seconds and the time zone's offset. */
  date(at: number): string;
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** @param timeZone IANA name; the machine's own by default. */
export function formats(language: Language, timeZone?: string): Formats {
  const { units } = texts[language];
  const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const oneDecimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const instant = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'ru', {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  // A value never breaks from its unit at a line's end.
  const join = (...parts: string[]) => parts.join('\u00a0');

  return {
    number: (value) => plain.format(value),
    bytes(value) {
      let power = 0;
      let scaled = value;
      // 1023.95 would be shown as 1,024.0
      while (Math.abs(scaled) >= 1023.95 && power < byteUnits.length - 1) {
        scaled /= 1024;
        power += 1;
      }
      return join(oneDecimal.format(scaled), units[byteUnits[power] ?? 'B']);
    },
    duration(ms) {
      if (Math.round(ms) < 1000) return join(plain.format(Math.round(ms)), units.ms);
      if (ms < 59_950) return join(oneDecimal.format(ms / 1000), units.s);
      const seconds = Math.round(ms / 1000);
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return join(String(minutes), units.min, String(seconds % 60), units.s);
      return join(plain.format(Math.floor(minutes / 60)), units.h, String(minutes % 60), units.min);
    },
    date: (at) => instant.format(at),
  };
}
