import { ok } from '../../common/result';
import { adoptState, GENERATION, type Adopted, type AdoptParts } from '../../server/runner/agent/adopt';
import type { BundleHead } from '../../server/runner/keeping/kinds/bundle';
import { GATE_ID, type Gate } from '../../server/runner/keeping/kinds/gate';
import { contentOf, loneBody } from '../../server/runner/keeping/state_docs';
import type { Connector, ListedEffect, StateDoc, StateStore } from '../../server/runner/ports';
import { fakeEvidenceLog } from '../fakes/fake_evidence';
import { aMemory } from './trust_desk';
import { undoRoom, type Room } from './undo_room';
import { aCommand, EFFECT, utcAt } from './undoing';

export const ORDER = { who: 'ana', why: 'the index was deleted by mistake' };
/** The generation that the agent knows when a test begins. */
export const LOST = 'g-lost';

/** What a test puts in the place of parts of an adoption. */
type OtherParts = Partial<Omit<AdoptParts, 'stores'>> & { readonly stores?: Partial<AdoptParts['stores']> };

/** An agent that is ordered to adopt the state that it finds. */
export interface AdoptScene {
  readonly room: Room;
  /** What this machine remembers. */
  readonly memory: Map<string, string>;
  /** The newest bundle in the archive. */
  newest: BundleHead | undefined;
  readonly adopt: (other?: OtherParts) => Promise<Adopted>;
  readonly gate: () => Gate | undefined;
  readonly putGate: (gate: Gate) => void;
  /** The session of the adoption: the last that entered the gate. */
  readonly adopter: () => string;
  /** Puts a state of the command `c1` on record. */
  readonly record: (state: string, n: number) => void;
  /** Connectors of which one shows these effects. */
  readonly shows: (...effects: readonly ListedEffect[]) => ReadonlyMap<string, Connector>;
  /** A store in which something happens after one read of a document: the first, the second, … */
  readonly storeWhere: (id: string, read: number, happens: () => void) => StateStore;
}

export const adoptScene = (): AdoptScene => {
  const room = undoRoom();
  const memory = new Map([[GENERATION, LOST]]);
  const gate = (): Gate | undefined => contentOf('gate', room.fake.get(GATE_ID));
  const scene: AdoptScene = {
    room,
    memory,
    newest: undefined,
    adopt: ({ stores, ...others } = {}) =>
      room.run(
        adoptState(
          {
            stores: {
              store: room.port.store,
              evidence: fakeEvidenceLog(room.evidence),
              journal: room.journal,
              ...stores,
            },
            memory: aMemory(memory),
            connectors: room.connectors,
            basics: room.basics,
            name: { agent: 'agent-1', host: 'host-1' },
            engineDigest: 'engine',
            newestBundle: async () => scene.newest,
            ...others,
          },
          ORDER,
        ),
      ),
    gate,
    putGate: (content) => {
      const expect = room.fake.get(GATE_ID)?.version ?? 'absent';
      const write_id = `gate of the test ${content.generation} ${content.epoch} ${content.bundle_floor}`;
      room.fake.write({ id: GATE_ID, expect, body: loneBody('gate', content, { write_id, facets: {} }) });
    },
    adopter: () => Object.keys(gate()?.sessions ?? {}).slice(-1)[0] ?? 'nobody',
    record: (state, n) => {
      const body = { command: aCommand(), n, state, at: utcAt(0), session: 's', effect_id: EFFECT };
      room.evidence.append([{ family: 'actions', id: `c1#${n}`, at: utcAt(n), body }]);
    },
    shows: (...effects) => new Map([['edge', { ...room.target.connector, list: async () => ok(effects) }]]),
    storeWhere: (wanted, read, happens) => {
      const { get } = room.port.store;
      let reads = 0;
      const spied = async (id: string): Promise<StateDoc | undefined> => {
        const doc = await get(id);
        if (id === wanted && (reads += 1) === read) happens();
        return doc;
      };
      return { ...room.port.store, get: spied };
    },
  };
  return scene;
};
