import { asInstallerError } from '../base/errors.ts';
import { requestingUser } from '../base/requesting-user.ts';
import type { HardwareFacts } from '../contract/facts.ts';
import type { Finding, TierName } from '../contract/findings.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { Override } from '../contract/requests.ts';
import type { ContainerEngine } from '../ports/containers.ts';
import type { Hardware, NetworkFacts } from '../ports/hardware.ts';
import type { EngineObject, ProxySetting, StackNames, StackRuntime } from '../ports/runtime.ts';
import { takenNames } from '../ports/taken-names.ts';
import { assess } from './assess.ts';
import type { ComposeAnswer, EngineAnswer } from './assess-engine.ts';
import type { ModelFit } from './assess-model.ts';
import type { PortState, UsedPort } from './assess-ports.ts';
import { type BudgetItem, type DiskBudget, diskBudget } from './disk-budget.ts';
import type { OverrideDecision } from './overrides.ts';
import { readRights } from './rights.ts';
import { type TakenSubnet, takenSubnets } from './taken-subnets.ts';

export interface ReadinessInput {
  hardware: Hardware;
  engine: ContainerEngine;
  runtime: StackRuntime;
  /** null: readiness before any bundle is at hand. */
  product: ProductDefinition | null;
  tier: TierName | null;
  overrides: readonly Override[];
  /** Who decided the overrides; by default the user who ran sudo, or the process's own. */
  overriddenBy?: string;
  ports: readonly UsedPort[];
  /** What will be made on the engine, or null where no product is known. */
  names: StackNames | null;
  /** Networks that the product is going to have, as answered, and how to find one that is free. */
  subnets: readonly {
    subnet: string;
    named: readonly TakenSubnet[];
    propose: (taken: readonly TakenSubnet[]) => string | undefined;
  }[];
  /** The id of the installation here, or null where none was ever begun. */
  site: string | null;
  /** Bytes still to be written. `path` null: where the engine unpacks its images. */
  paths: readonly { purpose: string; path: string | null; bytes: number }[];
  /** A function gets the facts just read, so that nothing is measured twice. */
  modelFit: ModelFit | null | ((facts: HardwareFacts) => ModelFit | null);
  alreadyInstalled: boolean;
}

export interface Readiness {
  facts: HardwareFacts;
  /** Worst first. */
  findings: Finding[];
}

/** A readiness result with the engine's own error, should it not answer. */
export interface CollectedFindings extends Readiness {
  engineError: unknown;
}

/** Measures and judges, without throwing for what it finds. Rejects with CANCELLED, or when measuring itself fails. */
export async function collectFindings(input: ReadinessInput, signal?: AbortSignal): Promise<CollectedFindings> {
  const { hardware, product } = input;
  const [facts, engine, composeVersion, ports] = await Promise.all([
    hardware.facts(signal),
    askEngine(input.engine, signal),
    askCompose(input.runtime, signal),
    Promise.all(input.ports.map((port) => lookAtPort(hardware, port))),
  ]);
  const [objects, proxies, network, disk, rights] = await Promise.all([
    // without the docker command nobody can say, and nothing passes
    'error' in engine || typeof composeVersion !== 'string' ? null : input.runtime.inventory(signal),
    input.runtime.proxies(),
    hardware.networks(),
    budgets(input, engine),
    readRights(input.paths.flatMap(({ path }) => path ?? [])),
  ]);
  signal?.throwIfAborted();
  const findings = assess({
    facts,
    requires: product?.requires ?? null,
    tier: input.tier,
    engine,
    composeVersion,
    ports,
    taken: taken(input, objects),
    proxies: [...proxies, ...engineProxy(engine)],
    addresses: network.addresses.map(({ address }) => address),
    ...subnets(input, network, objects),
    disk,
    modelFit: typeof input.modelFit === 'function' ? input.modelFit(facts) : input.modelFit,
    rights,
    ownersNeeded: product?.folders.some(({ uid }) => uid !== rights.uid) ?? false,
    overrides: decisions(input),
  });
  return { facts, findings, engineError: 'error' in engine ? engine.error : undefined };
}

/** Whatever keeps the engine from answering is a finding; only the officer's own cancellation ends the checks. */
async function askEngine(engine: ContainerEngine, signal?: AbortSignal): Promise<EngineAnswer> {
  try {
    return await engine.version(signal);
  } catch (error) {
    signal?.throwIfAborted();
    return { error: asInstallerError(error) };
  }
}

/** The same of Compose: a program that may not be run is no reason to say nothing about the machine. */
async function askCompose(runtime: StackRuntime, signal?: AbortSignal): Promise<ComposeAnswer> {
  try {
    return await runtime.version(signal);
  } catch (error) {
    signal?.throwIfAborted();
    return { error: asInstallerError(error) };
  }
}

/** A port that our own containers hold is not opened: it could not be, and that says nothing. */
async function lookAtPort(hardware: Hardware, port: UsedPort): Promise<PortState> {
  return { ...port, state: port.ownedByUs ? 'taken' : await hardware.portState(port.address, port.port) };
}

/** Docker Engine shows it as it was set up, a password crossed out; only host and port are wanted. */
function engineProxy(engine: EngineAnswer): ProxySetting[] {
  if ('error' in engine || engine.proxy === undefined) return [];
  const proxy = URL.parse(engine.proxy)?.host || '?';
  return [{ source: 'engine', name: 'docker info: HTTP Proxy', proxy }];
}

/** Both empty where the engine's own networks are not known. */
function subnets({ subnets, site }: ReadinessInput, network: NetworkFacts, objects: EngineObject[] | null) {
  if (objects === null) return { subnets: [], takenSubnets: [] };
  const inUse = takenSubnets(network, objects, site);
  return {
    subnets: subnets.map(({ subnet, named, propose }) => ({ subnet, named, free: propose(inUse) ?? null })),
    takenSubnets: inUse,
  };
}

function taken({ names, site }: ReadinessInput, objects: EngineObject[] | null): EngineObject[] | null {
  return names === null || objects === null ? null : takenNames(names, objects, site);
}

/** Without an engine the place of its images is unknown; the findings then say that there is no engine, and nothing passes. */
async function budgets(input: ReadinessInput, engine: EngineAnswer): Promise<DiskBudget[]> {
  const imageRoot = 'error' in engine ? null : engine.imageRoot;
  const paths = input.paths.flatMap((item): BudgetItem[] => {
    const path = item.path ?? imageRoot;
    return path === null ? [] : [{ ...item, path }];
  });
  return diskBudget({
    paths,
    mountOf: (path) => input.hardware.mountOf(path),
    nothingNew: input.alreadyInstalled,
  });
}

function decisions({ overrides, overriddenBy }: ReadinessInput): OverrideDecision[] {
  if (overrides.length === 0) return [];
  const by = overriddenBy ?? requestingUser();
  return overrides.map((override) => ({ ...override, by }));
}
