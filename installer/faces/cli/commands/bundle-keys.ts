import { Command, InvalidArgumentError } from 'commander';
import { initRoot } from '../../../../bundles/init-root.ts';
import { generateKey } from '../../../../bundles/keygen.ts';
import { globalOptions } from '../options.ts';
import { terminal } from '../terminal.ts';

export function bundleKeygenCommand(): Command {
  return new Command('keygen')
    .description('make an Ed25519 key pair to sign with (ssh-keygen -t ed25519 does the same)')
    .requiredOption('--out <file>', 'private key, mode 0600; the public key becomes FILE.pub')
    .option('--comment <text>', 'comment in the key', 'airgap')
    .action(async (options: { out: string; comment: string }, command: Command) => {
      const out = terminal(globalOptions(command));
      const key = await generateKey(options.out, options.comment);
      out.document(key);
      out.say(`${key.privateFile}\n${key.publicFile}  ${key.fingerprint}`);
    });
}

interface RootOptions {
  key: string[];
  rootKey: string[];
  threshold: number;
  rootThreshold: number;
  rootVersion: number;
  signKey: string[];
  out: string;
}

/** A whole number from 1, for counters and thresholds. */
export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('A whole number from 1 is expected.');
  return number;
}

export const collect = (value: string, previous: string[]): string[] => [...previous, value];

export function bundleRootCommand(): Command {
  return new Command('root')
    .description('write and sign root.json: who may sign bundles, and how many must')
    .requiredOption('--key <pub>', 'public key that may sign bundles; repeatable', collect, [])
    .option('--threshold <n>', 'how many of them must sign a bundle', positiveInteger, 1)
    .option('--root-key <pub>', 'public key that may change root.json; repeatable; default: the same keys', collect, [])
    .option('--root-threshold <n>', 'how many of them must sign root.json', positiveInteger, 1)
    .option('--root-version <n>', 'counts rotations', positiveInteger, 1)
    .option('--sign-key <file>', 'private key to sign root.json with; repeatable', collect, [])
    .requiredOption('--out <file>', 'root.json to write')
    .action(async (options: RootOptions, command: Command) => {
      const out = terminal(globalOptions(command));
      const rootKeys = options.rootKey.length > 0 ? options.rootKey : options.key;
      const made = await initRoot({
        out: options.out,
        version: options.rootVersion,
        root: { keys: rootKeys, threshold: options.rootThreshold },
        bundle: { keys: options.key, threshold: options.threshold },
        signKeys: options.signKey,
      });
      out.document(made);
      out.say([made.file, made.digest, ...made.signatures].join('\n'));
    });
}
