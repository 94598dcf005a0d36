import { asInstallerError } from '../base/errors.ts';
import { requestingUser } from '../base/requesting-user.ts';
import type { HardwareFacts } from '../contract/facts.ts';
import type { Finding, TierName } from '../contract/findings.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { Override } from '../contract/requests.ts';
import type { ContainerEngine } from '../ports/containers.ts';
import type { Hardware } from '../ports/hardware.ts';
import type { StackRuntime } from '../ports/runtime.ts';
import { assess } from './assess.ts';
import type { ComposeAnswer, EngineAnswer } from './assess-engine.ts';
import type { ModelFit } from './assess-model.ts';
import type { PortState } from './assess-ports.ts';
import { type BudgetItem, type DiskBudget, diskBudget } from './disk-budget.ts';
import type { OverrideDecision } from './overrides.ts';
import { readRights } from './rights.ts';

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
  ports: readonly { port: number; address: string; service: string; ownedByUs: boolean }[];
  /** Bytes still to be written. `path` null: where the engine keeps its images and volumes. */
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
  const [disk, rights] = await Promise.all([
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
async function lookAtPort(hardware: Hardware, port: ReadinessInput['ports'][number]): Promise<PortState> {
  return { ...port, free: port.ownedByUs ? false : await hardware.portFree(port.address, port.port) };
}

/** Without an engine its data root is unknown; the findings then say that there is no engine, and nothing passes. */
async function budgets(input: ReadinessInput, engine: EngineAnswer): Promise<DiskBudget[]> {
  const dataRoot = 'error' in engine ? null : engine.dataRoot;
  const paths = input.paths.flatMap((item): BudgetItem[] => {
    const path = item.path ?? dataRoot;
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
