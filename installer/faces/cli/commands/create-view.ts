import type { CreateEvent } from '../../../../bundles/create-types.ts';
import type { Terminal } from '../terminal.ts';

/** How often the line with the progress is written anew, at most; ms. */
const intervalMs = 200;

/** Says what of a new bundle was taken from where; on a terminal also how far the reading is. */
export function createView(out: Terminal): { event: (event: CreateEvent) => void; end: () => void } {
  const { text } = out;
  const live = process.stderr.isTTY === true;
  let shown = 0;
  const clear = () => {
    if (shown > 0) process.stderr.write('\r\u001b[K');
    shown = 0;
  };
  const progress = (done: number, total: number) => {
    const now = performance.now();
    if (!live || (now - shown < intervalMs && done < total)) return;
    shown = now;
    process.stderr.write(`\r\u001b[K${text.bytes(done)} / ${text.bytes(total)}`);
  };
  const say = (event: Exclude<CreateEvent, { kind: 'progress' }>): string => {
    switch (event.kind) {
      case 'source':
        return text.t('cli.reading', { source: event.source });
      case 'image':
        return entry(event.ref, event.digest, event.size, event.source);
      case 'model':
        return entry(event.path, event.digest, event.size, event.source);
      case 'ignored':
        return text.t('cli.ignoredImage', { ref: event.ref, source: event.source });
      case 'carried':
        return text.t('cli.carriedFiles', { folder: event.folder, count: event.files, bytes: text.bytes(event.bytes) });
      case 'requirementMissing':
        return text.t('cli.requirementMissing', { file: event.file, name: event.name });
      case 'sbom': {
        const params = { path: event.path, count: event.components };
        if (event.given) return text.t('cli.sbomGiven', params);
        return text.t(event.components === 0 ? 'cli.sbomNone' : 'cli.sbomRead', params);
      }
      case 'delta': {
        const params = { release: event.release, number: event.files, bytes: text.bytes(event.bytes) };
        return event.files === 0 ? text.t('cli.deltaNothing', params) : text.t('cli.deltaOn', params);
      }
      case 'signed':
        return `${event.file}  ${event.fingerprint}`;
      case 'signaturesMissing':
        return text.t('cli.signaturesMissing', { signed: event.signed, threshold: event.threshold });
    }
  };
  const entry = (name: string, digest: string, size: number, source: string) =>
    `${name}  ${text.bytes(size)}\n    ${digest}\n    ${text.t('cli.takenFrom', { source })}`;
  return {
    event(event) {
      if (event.kind === 'progress') return progress(event.doneBytes, event.totalBytes);
      clear();
      out.say(say(event));
    },
    end: clear,
  };
}
