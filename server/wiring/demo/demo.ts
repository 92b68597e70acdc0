import { present } from '../../../common/present';
import { existsSync } from 'fs';
import { rm, writeFile } from 'fs/promises';
import { join } from 'path';
import type { ConnectorConfig } from '../../connectors/connector';
import type { HostParts } from '../../hosts/host_parts';
import { demoConnectorConfig, startDemoTarget, type DemoTarget } from '../../hosts/standalone/demo/demo_target';
import type { DemoFaults } from '../../hosts/standalone/demo/demo_faults';
import type { PolicyFile } from '../../../common/policy/bundle';
import { realClock } from '../../adapters/system/real_clock';
import { inBackground } from '../../runner/keeping/in_background';
import { DEMO_FOLDER } from '../doctrine';
import type { Life } from '../life';
import { DEMO_TTL, demoPolicies } from './demo_policies';
import { deleteDemoIndices } from './demo_indices';
import { Storyteller, USUAL_PACE, type Pace, type StoryParts } from './storyteller';

/*
 * The demo: the default on the node that Reflex started itself, and only there. It brings an enforcement target of its
 * own, an inventory, policies that enforce with short effects, and a story that plays by itself.
 */

export interface DemoOptions {
  readonly pace: Pace;
  /** Length of the demo's effects, such as `90s`. */
  readonly ttl: string;
  /** How badly the target behaves; as on a bad day if not given. */
  readonly faults?: DemoFaults;
  /** Pins the sequence of its faults; another one at each start if not given. */
  readonly seed?: number;
}

export const USUAL_DEMO: DemoOptions = { pace: USUAL_PACE, ttl: DEMO_TTL };

const TARGET_FILE = 'demo-target.json';
/** There from the moment that ending was ordered until everything is cleared, so that a crash does not leave half. */
const ENDING_FILE = 'demo-ending';
/** What an agent keeps in its folder and what would tell a new one of a state that is gone. */
const LOCAL_STATE = ['memory.json', 'journal', 'spool', 'audit', 'stop.json', TARGET_FILE, DEMO_FOLDER];
const BETWEEN_SWEEPS_MS = 300;

/** The demo of one life of the engine. */
export class Demo {
  private readonly host: HostParts;
  private readonly options: DemoOptions;
  private readonly target: DemoTarget;
  private watchers = 0;

  /** Use `openDemo`. */
  constructor(host: HostParts, options: DemoOptions, target: DemoTarget) {
    this.host = host;
    this.options = options;
    this.target = target;
  }

  get connectors(): readonly ConnectorConfig[] {
    return demoConnectorConfig(this.target.port);
  }

  policies(starter: readonly PolicyFile[]): readonly PolicyFile[] {
    return demoPolicies(starter, this.options.ttl);
  }

  /** Counts somebody who has a page open; the returned function ends that. */
  watch(unsubscribe: () => void): () => void {
    this.watchers += 1;
    return () => {
      this.watchers -= 1;
      unsubscribe();
    };
  }

  /** Begins the story, or goes on with it where it stopped. It stops when the life ends. */
  begin(parts: Omit<StoryParts, 'watched' | 'transport'>, life: Life): void {
    const { transport } = this.host;
    const storyteller = new Storyteller({ ...parts, transport, watched: () => this.watchers > 0 }, this.options.pace);
    life.opened('the story of the demo', () => storyteller.stop());
    inBackground(this.host, 'telling the story of the demo', storyteller.tell());
  }
}

/**
 * Clears what is contained at the target, all indices and what the agent knew on this disk, and tells the host. Agent
 * and target must be closed by then.
 *
 * @returns how many documents there were
 * @throws StoreUnavailable; then it may be called again
 */
export const clearDemo = async ({ dataFolder, transport, leaveDemo }: HostParts): Promise<number> => {
  const ending = join(dataFolder, ENDING_FILE);
  await writeFile(ending, 'the demo is being cleared; this file goes when that is done\n');
  // The target's file holds what is contained at it: without the file nothing is.
  for (const name of LOCAL_STATE) await rm(join(dataFolder, name), { recursive: true, force: true });
  const documents = await deleteDemoIndices(transport, () => realClock.sleep(BETWEEN_SWEEPS_MS));
  await leaveDemo();
  await rm(ending, { force: true });
  return documents;
};

/** True if this host may have the demo: on the node that it started itself, and nowhere else. */
export const mayHaveDemo = ({ kind, demo }: Pick<HostParts, 'kind' | 'demo'>): boolean => demo && kind === 'standalone';

/**
 * Finishes an ending that a crash broke off.
 *
 * @returns true if there was one; then there is no demo any more
 * @throws StoreUnavailable
 */
export const finishEnding = async (host: HostParts): Promise<boolean> => {
  if (!existsSync(join(host.dataFolder, ENDING_FILE))) return false;
  await clearDemo(host);
  return true;
};

/** Starts the demo's enforcement target for one life, with what was contained at it before; its file keeps that. */
export const openDemo = async (host: HostParts, options: DemoOptions, life: Life): Promise<Demo> => {
  const target = await startDemoTarget({
    port: 0,
    seed: options.seed ?? Date.now(),
    file: join(host.dataFolder, TARGET_FILE),
    ...present({ faults: options.faults }),
  });
  life.opened('the target of the demo', () => target.close());
  return new Demo(host, options, target);
};
