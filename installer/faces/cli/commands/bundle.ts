import { Command } from 'commander';
import { bundleCreateCommand } from './bundle-create.ts';
import { bundleKeygenCommand, bundleRootCommand } from './bundle-keys.ts';
import { bundleInspectCommand, bundleSbomCommand, bundleVerifyCommand } from './bundle-look.ts';

export function bundleCommand(): Command {
  return new Command('bundle')
    .description('create, show and verify bundles; make keys and the root of trust')
    .addCommand(bundleCreateCommand())
    .addCommand(bundleInspectCommand())
    .addCommand(bundleVerifyCommand())
    .addCommand(bundleSbomCommand())
    .addCommand(bundleKeygenCommand())
    .addCommand(bundleRootCommand());
}
