import { WordBook } from '../../server/runner/facts/words';
import { NOBODY_HERE } from '../../server/engine/brakes/people_here';
import { NOTHING_OWN } from '../../server/engine/brakes/own_machine';
import { bareIdentities } from '../../server/engine/entity/identity';
import type { Decision } from '../../common/flow/decision';
import type { ClaimWorld } from '../../server/runner/executing/claim_world';
import type { DecideOptions } from '../../server/runner/executing/decide_event';
import type { Executed } from '../../server/runner/executing/execute_command';
import { ClaimsUnderWay } from '../../server/runner/executing/claims_under_way';
import type { Processing, ProcessHooks } from '../../server/runner/executing/process_event';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import type { CompiledBundle } from '../../server/engine/policy/compiled';
import type { Capabilities } from '../../server/runner/ports';
import { CaseKeeper } from '../../server/runner/undoing/case_keeper';
import { noHistory } from './lookups';
import { undoRoom, type Room } from './undo_room';
import { aCommand, ME } from './undoing';
import { aDecision, anAct } from './views';

/** One time that a case was decided again: which one, instead of which decision, and whether in a review. */
export type Asked = readonly [caseId: string, options: DecideOptions | undefined];

/** A case keeper at work in a room; what decides says what the test wants. */
export interface CaseScene {
  readonly room: Room;
  readonly keeper: CaseKeeper;
  /** What is decided next; nothing while no bundle is in force. */
  decides: Decision | undefined;
  /** What others do while it is decided. */
  meanwhile: (() => void) | undefined;
  /** What happens when an effect is to be lifted. */
  lifting: (() => void) | undefined;
  readonly asked: Asked[];
  /** Why nothing may start right now. */
  standstill: string | undefined;
  /** The kill switch is thrown. */
  stopped: boolean;
  /** Digest of the bundle that is in force. */
  bundle: string | undefined;
  /** Effects that were to be lifted, with the words. */
  readonly lifted: Array<readonly [effectId: string, wish: object]>;
  /** What went on in executing, as its hooks were told. */
  readonly executed: string[];
  /** Puts a case into the state and into care. */
  readonly watch: (content: CaseContent) => void;
  readonly wait: (ms: number) => Promise<void>;
  readonly caseOf: (id?: string) => CaseContent | undefined;
  readonly end: () => void;
}

/** A world in which the policy of `aCommand` is in force and nothing stands in the way. */
const worldOf = ({ basics }: Room): ClaimWorld => ({
  session: ME,
  brakes: {
    rules: {
      bundleVersion: 1,
      hashes: new Map([[aCommand().policy.id, aCommand().policy.hash]]),
      limits: [],
      keeps: [],
      protections: [],
    },
    connectors: [{ name: 'edge', actions: ['block_ip'], settleMs: 2_000 }],
    own: NOTHING_OWN,
    people: NOBODY_HERE,
    words: new WordBook(),
    scopes: {
      ...bareIdentities,
      scopesOf: () => undefined,
      populationOf: () => undefined,
      membersOf: () => [],
      criticalOf: () => undefined,
    },
    isStopped: () => false,
    asked: () => 0,
    standstill: () => undefined,
  },
  known: {
    isDead: () => false,
    isForgotten: () => false,
    isUndoneOffline: () => false,
    endsHow: () => 'when_told',
    ledgerIn: () => undefined,
  },
  uuid: basics.chance.uuid,
  now: basics.clock.utc(),
  stamp: {},
});

export const caseScene = (can: Partial<Capabilities> = {}): CaseScene => {
  const room = undoRoom(can);
  const { basics, commits, journal, session, connectors, port } = room;
  let over = false;
  const processing: Processing = {
    decide: ({ case_id }, options) => {
      scene.asked.push([case_id, options]);
      scene.meanwhile?.();
      return scene.decides;
    },
    undecided: () => 'no policy bundle is in force on this agent',
    worldNow: () => {
      const world = worldOf(room);
      return {
        ...world,
        brakes: { ...world.brakes, standstill: () => scene.standstill, isStopped: () => scene.stopped },
      };
    },
    execute: async ({ effectId }): Promise<Executed> => ({ effectId, effect: undefined, lastSentAt: 0 }),
    commits,
    recovering: { writing: { commits, clock: basics.clock }, journal },
    underWay: new ClaimsUnderWay(),
    history: noHistory(),
    asked: { note: () => undefined },
    endsWithSource: () => false,
    basics,
  };
  const bundles = {
    get active() {
      return scene.bundle === undefined
        ? undefined
        : ({
            origin: { digest: scene.bundle },
            actions: { all: [], candidates: () => [] },
          } as unknown as CompiledBundle);
    },
  };
  const effects = {
    lift: async (id: string, wish: object) => {
      scene.lifting?.();
      scene.lifted.push([id, wish]);
      return true;
    },
  };
  const hooks: Omit<ProcessHooks, 'open' | 'met'> = {
    executes: (id) => void scene.executed.push(`executes ${id.slice(0, 7)}`),
    executed: ({ effectId }) => void scene.executed.push(`executed ${effectId.slice(0, 7)}`),
    joined: (id) => void scene.executed.push(`joined ${id.slice(0, 7)}`),
  };
  const keeper = new CaseKeeper(
    { store: port.store, session: session.port, connectors, bundles, processing, effects, basics },
    hooks,
  );
  const scene: CaseScene = {
    room,
    keeper,
    decides: undefined,
    meanwhile: undefined,
    lifting: undefined,
    standstill: undefined,
    stopped: false,
    asked: [],
    bundle: 'digest-1',
    lifted: [],
    executed: [],
    watch: (content) => {
      room.putCase(content);
      keeper.watch(content);
    },
    wait: room.wait,
    caseOf: (id = 'case:c1') => room.caseOf(id),
    end: () => {
      over = true;
    },
  };
  void keeper.run(() => over);
  return scene;
};

/** The one act of the case `case:c1`. */
export const THE_ACT = anAct({ connector: 'edge' });

/** A decision about `case:c1`, which nobody has to look at again. */
export const decisionOf = (overrides: Partial<Decision> = {}): Decision => {
  const { next_review_at: _review, ...rest } = aDecision({ case_id: 'case:c1', acts: [THE_ACT] });
  return { ...rest, bundle: { ...rest.bundle, version: 1 }, ...overrides };
};
export const LEARNED = decisionOf({ decision_id: 'after', verdict: 'learn', acts: [] });
export const DENIED = decisionOf({ decision_id: 'after', verdict: 'deny', acts: [{ ...THE_ACT, result: 'deny' }] });
