import { existsSync } from 'fs';
import { readdir, readFile } from 'fs/promises';
import { dirname, join } from 'path';
import type { PolicyFile } from '../../common/policy/bundle';
import { withMode } from '../engine/policy/edit_policy';
import { CASES_ENDING } from '../engine/policy/parse_cases';
import { parsePolicies } from '../engine/policy/parse_policy';
import type { Agent } from '../runner/agent/agent';
import { releaseBundle, type ReleaseDesk } from '../runner/doctrine/releases/release';
import { StoreUnavailable } from '../runner/ports';

const LAYERS = ['global', 'domain', 'contextual', 'action'];

/** The folder of the starter policies: beside the program, wherever it was installed. */
export const starterFolder = (): string | undefined => {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'policies');
    if (existsSync(join(candidate, 'action'))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
};

/**
 * The policies that Reflex comes with.
 *
 * @param observing true: whatever proposes an act is in shadow, for on a cluster of somebody's own everything starts
 *   by being observed and a person promotes policy by policy. What only restricts (limits, protected targets, judges)
 *   stays in force: in shadow it would leave the first promoted policy without brakes
 * @throws Error if one of them is not valid, which a test of the repository rules out
 */
export const readStarterSet = async (folder: string, observing: boolean): Promise<readonly PolicyFile[]> => {
  const sources = new Map<string, string>();
  for (const layer of LAYERS) {
    const names = existsSync(join(folder, layer)) ? await readdir(join(folder, layer)) : [];
    for (const name of names.filter((each) => each.endsWith('.yaml') && !each.endsWith(CASES_ENDING))) {
      const source = await readFile(join(folder, layer, name), 'utf8');
      sources.set(`${layer}/${name}`, observing && layer === 'action' ? withMode(source, 'shadow') : source);
    }
  }
  const parsed = parsePolicies(sources);
  if (parsed.ok) return parsed.value;
  const faults = parsed.error.map(({ file, line, message }) => `${file}:${line} ${message}`);
  throw new Error(`the starter set is not valid: ${faults.join('; ')}`);
};

/**
 * Releases the policies that Reflex comes with, on a state that never had any.
 *
 * @param adapt what the demo makes of them; without it whoever proposes an act is in shadow
 * @returns true once a bundle is in force
 */
export const releaseStarterSet = async (
  { agent, desk }: { readonly agent: Agent; readonly desk: ReleaseDesk },
  adapt: ((policies: readonly PolicyFile[]) => readonly PolicyFile[]) | undefined,
): Promise<boolean> => {
  const gate = agent.shift?.session.gate;
  if (gate === undefined) throw new StoreUnavailable('not joined yet');
  // Where more keys have to sign than are here, the first version comes as a file like all others.
  const missesKeys = desk.signers().length < agent.parts.bundles.trust.threshold;
  // What is in force already is loaded first: whoever is ready is not to say for a moment that it cannot decide.
  await agent.parts.bundles.follow(gate.bundle_floor);
  if (gate.bundle_floor > 0 || missesKeys) return true;
  const folder = starterFolder();
  if (folder === undefined) throw new Error('the starter policies are not beside the program');
  const starter = await readStarterSet(folder, adapt === undefined);
  const policies = adapt?.(starter) ?? starter;
  const released = await releaseBundle(desk, {
    policies,
    author: 'reflex',
    releasedBy: 'reflex',
    changelog: 'the starter set',
    approvals: [],
  });
  // A signer that does not answer is asked again, as the store is.
  if (!released.ok && released.error.code === 'unavailable') throw new StoreUnavailable(released.error.message);
  if (!released.ok && released.error.code !== 'changed') throw new Error(released.error.message);
  return released.ok;
};
