import { bareIdentities } from '../../server/engine/entity/identity';
import { NOTHING_OWN } from '../../server/engine/brakes/own_machine';
import type { ActionRecord } from '../../common/flow/outcome';
import type { BrakeRules } from '../../server/engine/brakes/clear';
import type { Effect } from '../../server/engine/execution/effect';
import type { Capabilities, Connector, OwnThing } from '../../server/runner/ports';
import { VERIFY_EVERY_MS } from '../../server/runner/undoing/ask_again';
import { UndoSuspensions } from '../../server/runner/undoing/undo_suspensions';
import { EffectKeeper } from '../../server/runner/undoing/effect_keeper';
import { undoRoom, type Room, type ScriptedTarget } from './undo_room';
import { aCommand, anEffect, EFFECT, START } from './undoing';

/** An effect keeper at work in a room. */
export interface EffectScene {
  readonly room: Room;
  readonly target: ScriptedTarget;
  readonly connectors: Map<string, Connector>;
  readonly keeper: EffectKeeper;
  /** What is not undone by itself for now. */
  readonly suspensions: UndoSuspensions;
  /** Effects that were told to be finally gone. */
  readonly ended: string[];
  /** Whether UTC of this machine can be relied on. */
  trusted: boolean;
  /** What of this installation the targets are, if they are. */
  own: OwnThing | undefined;
  /** How often the target is asked whether a live effect is still there, ms. */
  verifyEveryMs: number | undefined;
  /** How often a policy has it applied again what is removed at the target; undefined: it is only told. */
  reapplies: number | undefined;
  /** Cases that were told to go on. */
  readonly goingOn: string[];
  /** Puts an effect into the state and into care, as after executing its command. */
  readonly keep: (effect: Effect, lastSentAt?: number) => void;
  /** Changes the effect in the state, as another session would. */
  readonly meddle: (change: Partial<Effect>) => void;
  readonly wait: (ms: number) => Promise<void>;
  readonly effect: (id?: string) => Effect | undefined;
  /** What is on record: states and texts, oldest first. */
  readonly told: () => ReadonlyArray<readonly [ActionRecord['state'], string | undefined]>;
  readonly recordOf: (state: ActionRecord['state']) => ActionRecord | undefined;
  /** When that was first recorded, ms since the start. */
  readonly moment: (state: ActionRecord['state']) => number | undefined;
  readonly end: () => void;
}

/** The policy of every command of these tests is in force. */
const rulesOf = (): BrakeRules => {
  const { id, hash } = aCommand().policy;
  return { bundleVersion: 1, hashes: new Map([[id, hash]]), limits: [], keeps: [], protections: [] };
};

export const effectScene = (can: Partial<Capabilities> = {}): EffectScene => {
  const room = undoRoom(can);
  const connectors = new Map(room.connectors);
  const ended: string[] = [];
  let over = false;
  const { commits, session, journal, basics, port } = room;
  const clockTrusted = (): boolean => scene.trusted;
  const suspensions = new UndoSuspensions({ clock: basics.clock, clockTrusted });
  const keeper = new EffectKeeper(
    {
      ...{
        store: port.store,
        commits,
        session: session.port,
        connectors,
        journal,
        basics,
        rules: rulesOf,
        guard: { own: { ...NOTHING_OWN, covers: () => scene.own }, who: bareIdentities, criticalOf: () => undefined },
        clockTrusted,
        suspensions,
      },
      verifyEveryMs: () => scene.verifyEveryMs ?? VERIFY_EVERY_MS,
      driftRule: () => (scene.reapplies === undefined ? undefined : { atMost: scene.reapplies }),
      goesOn: (caseId) => scene.goingOn.push(caseId),
    },
    (id) => ended.push(id),
  );
  const recordOf: EffectScene['recordOf'] = (state) => room.records().find((record) => record.state === state);
  const scene: EffectScene = {
    room,
    target: room.target,
    connectors,
    keeper,
    suspensions,
    ended,
    trusted: true,
    own: undefined,
    verifyEveryMs: undefined,
    reapplies: undefined,
    goingOn: [],
    keep: (effect, lastSentAt = 0) => {
      room.putEffect(effect);
      keeper.keep({ effectId: EFFECT, effect, lastSentAt });
    },
    meddle: (change) => void room.putEffect({ ...(room.effect() ?? anEffect()), ...change }),
    wait: room.wait,
    effect: room.effect,
    told: () => room.records().map(({ state, text }) => [state, text] as const),
    recordOf,
    moment: (state) => {
      const record = recordOf(state);
      return record && Date.parse(record.at) - START;
    },
    end: () => {
      over = true;
    },
  };
  void keeper.run(() => over);
  return scene;
};
