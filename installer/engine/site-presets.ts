import { asInstallerError } from '../base/errors.ts';
import { networkOf, parseAddress } from '../base/ipv4-network.ts';
import type { AnswerValue } from '../config/input-types.ts';
import { proposeSubnet, type SubnetInput } from '../config/propose-subnet.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { EngineObject } from '../ports/runtime.ts';
import { type TakenSubnet, takenSubnets } from '../preflight/taken-subnets.ts';
import { findInstallation, type Installation } from './installation.ts';
import type { EnginePorts } from './ports.ts';

/** What is installed here, as far as presets go. */
interface Here {
  site: string | null;
  recorded: Installation | undefined;
}

/**
 * The product with the presets of this site: what is installed stands; a network that something here uses already gives way to
 * one that is free. Faces and plans take presets from here, so all of them show and use the same.
 */
export async function withSitePresets(
  ports: EnginePorts,
  product: ProductDefinition,
  signal?: AbortSignal,
): Promise<ProductDefinition> {
  const asked = product.inputs.some(({ type, id }) => type === 'subnet' || id === product.registry.input);
  if (!asked) return product;
  const here = lookHere(ports);
  const taken = await subnetsInUse(ports, here.site, signal);
  const inputs = product.inputs.map((input) => {
    const installed = here.recorded?.network[input.id];
    if (input.type === 'subnet') {
      return {
        ...input,
        default: typeof installed === 'string' ? installed : (proposeSubnet(input, taken) ?? input.default),
      };
    }
    if (input.type === 'port' && typeof installed === 'number') return { ...input, default: installed };
    return input;
  });
  return { ...product, inputs };
}

/** Answers that a repeated installation keeps when nothing else is said: where on this machine the product lives. */
export function networkAnswers(
  product: ProductDefinition,
  answers: Readonly<Record<string, AnswerValue>>,
): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const { id, type } of product.inputs) {
    const value = answers[id];
    if (type === 'subnet' && typeof value === 'string') kept[id] = value;
    if (id === product.registry.input && typeof value === 'number') kept[id] = value;
  }
  return kept;
}

/** The product's networks as answered, for readiness, and the addresses that the answers name: these must stay in reach. */
export function plannedSubnets(product: ProductDefinition, answers: Readonly<Record<string, AnswerValue>>) {
  const named = product.inputs.flatMap((input) => {
    const address = addressOf(input.type, String(answers[input.id] ?? ''));
    return address === undefined ? [] : [{ ...networkOf(address, 32), holder: input.id }];
  });
  return product.inputs
    .filter((input): input is SubnetInput => input.type === 'subnet')
    .map((input) => ({
      subnet: String(answers[input.id]),
      named,
      propose: (taken: readonly TakenSubnet[]) => proposeSubnet(input, [...taken, ...named]),
    }));
}

/** An IPv4 address that an answer is, or has as its host; what a name stands for is not known here. */
function addressOf(type: string, answer: string): number | undefined {
  if (type === 'host') return parseAddress(answer);
  return type === 'url' ? parseAddress(URL.parse(answer)?.hostname ?? '') : undefined;
}

async function subnetsInUse(ports: EnginePorts, site: string | null, signal?: AbortSignal): Promise<TakenSubnet[]> {
  const objects = await ports.runtime.inventory(signal).catch((error: unknown): EngineObject[] | null => {
    // readiness says that there is no engine; a proposal is made from what else is known
    if (asInstallerError(error).code === 'CANCELLED') throw error;
    return null;
  });
  return takenSubnets(await ports.hardware.networks(), objects, site);
}

function lookHere(ports: EnginePorts): Here {
  const journal = ports.readJournal();
  try {
    return {
      site: journal?.siteId() ?? null,
      recorded: journal === undefined ? undefined : findInstallation(journal),
    };
  } finally {
    journal?.close();
  }
}
