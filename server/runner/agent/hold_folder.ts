import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { GATE_ID } from '../keeping/kinds/gate';
import { holderId, type HolderContent } from '../keeping/kinds/holder';
import { docOf, loneBody, read, type StateDocOf } from '../keeping/state_docs';
import { writeForSure } from '../keeping/write_for_sure';
import { DiskFailed, FolderRefused, type Basics, type FolderOrder, type FolderPlace, type LocalMemory } from '../ports';
import { audit } from '../record/audit';
import { livesOn } from '../session/lives_on';
import { DEAD_AFTER_MS } from '../session/session_times';
import { continues } from '../session/upgrade';
import { GENERATION } from './adopt';
import { leaveToState } from './leave_to_state';
import type { Stores } from './parts';

/*
 * One data folder, one agent (`docs/decisions/034-copied-data-folders.md`). Keys, journal and what an agent remembers
 * belong to one installation. Each start makes a new token, in the folder first and then in the state: whoever comes
 * with an older one has a copy from before. What a copy of the very moment looks like only the file system can tell.
 */

/** Names this folder and all copies of it. */
const INSTALLATION = 'installation';
const HOLDING = 'holding';
/** A process that was killed on this very machine has stood still for so long, ms. */
const GONE_HERE_MS = 1_000;

/** What the folder remembers of the state's record. */
interface Tokens {
  /** It was in the state for certain. */
  readonly held?: string;
  /** It may be in the state: the answer to its write was lost. */
  readonly next?: string;
  /** Another holder was found there. */
  readonly isRefused?: true;
}

interface HoldPorts extends Stores, Basics {
  readonly memory: LocalMemory;
  readonly place: FolderPlace;
  readonly name: { readonly agent: string; readonly host: string };
}

const WHAT_TO_DO =
  'If the first one is gone for good, run `reflex folder adopt --reason …` on this machine; else give this agent a data folder of its own';

const since = ({ agent, host, folder, at }: HolderContent): string =>
  `\`${agent}\` on \`${host}\`${folder === '' ? '' : ` (\`${folder}\`)`}, since ${at}`;

const copied = ({ path }: FolderPlace): FolderRefused =>
  new FolderRefused(
    'folder_copied',
    `the data folder \`${path}\` was copied, restored, or moved to another file system; this agent starts nothing, and undoes nothing from its journal. ${WHAT_TO_DO}`,
  );

/** What a refused agent does. Who has never held the folder may have an old copy of the journal. */
const doesStill = (wasHeld: boolean): string =>
  wasHeld
    ? 'starts nothing, and undoes from its journal only what nobody else does'
    : 'starts nothing, and undoes nothing from its journal';

/** Another one holds it. */
interface Held {
  readonly place: FolderPlace;
  readonly holder: HolderContent;
  readonly wasHeld: boolean;
}

const superseded = ({ place: { path }, holder, wasHeld }: Held): FolderRefused =>
  new FolderRefused(
    'folder_superseded',
    `the data folder \`${path}\` is older than the one that works with this state: ${since(holder)}; this agent ${doesStill(wasHeld)}. ${WHAT_TO_DO}`,
  );

const inUse = ({ place: { path }, holder, wasHeld }: Held): FolderRefused =>
  new FolderRefused(
    'folder_in_use',
    `another agent works with a copy of the data folder \`${path}\`: ${since(holder)}; this one ${doesStill(wasHeld)}. Stop one of the two, and give it a data folder of its own`,
  );

export class FolderHolding {
  /** Sessions of this process. */
  private readonly sessions = new Set<string>();
  /** In this process, at some time. */
  private wasHeld = false;

  constructor(private readonly ports: HoldPorts) {}

  /**
   * Whether the journal may be believed while OpenSearch was not asked yet. INVARIANT (INV-4): the deadlines in a copy
   * may be old. A restart on the same machine in the same files undoes in an outage as before. A process that has held
   * the folder has all of its journal, also once another one holds it: nobody else keeps longer what it executed.
   */
  get mayUndoAlone(): boolean {
    return this.wasHeld || (this.ports.place.where() === 'here' && this.tokens.isRefused !== true);
  }

  /** @throws FolderRefused where this machine alone can tell that the folder is a copy */
  mustBeInPlace(): void {
    const { place } = this.ports;
    if (place.where() === 'copied' && place.order() === undefined) throw copied(place);
  }

  /**
   * Makes a session the holder of the folder, before it does anything. A state that this agent does not know is left
   * as it is: joining says why.
   *
   * @throws FolderRefused, StoreUnavailable, DiskFailed
   */
  async hold(session: string): Promise<void> {
    this.mustBeInPlace();
    const { store, memory, place } = this.ports;
    const gate = await read(store, 'gate', GATE_ID);
    const known = memory.read(GENERATION);
    if (known !== undefined && (gate === undefined || !continues(gate, known))) return;
    const isOfThisState = ({ generation }: HolderContent): boolean =>
      gate === undefined || generation === undefined || continues(gate, generation);
    const order = place.order();
    for (;;) {
      const doc = await this.holder();
      const before = doc && isOfThisState(doc.content) ? doc.content : undefined;
      if (before) await this.mayFollow(before, order);
      const token = await this.nextToken();
      if (!(await this.write({ session, token, generation: gate?.generation }, doc))) continue;
      if (order !== undefined || place.where() === 'elsewhere') await leaveToState(this.ports);
      if (order !== undefined) await this.record(order, before);
      await this.settle(session, token);
      return;
    }
  }

  private get tokens(): Tokens {
    return JSON.parse(this.ports.memory.read(HOLDING) ?? '{}') as Tokens;
  }

  private async remember(tokens: Tokens): Promise<void> {
    const text = JSON.stringify(tokens);
    if (this.ports.memory.read(HOLDING) !== text) await this.ports.memory.write(HOLDING, text);
  }

  private async installation(): Promise<string> {
    const { memory, chance } = this.ports;
    const known = memory.read(INSTALLATION);
    if (known !== undefined) return known;
    const made = chance.uuid();
    await memory.write(INSTALLATION, made);
    return made;
  }

  private async holder(): Promise<StateDocOf<'holder'> | undefined> {
    return docOf('holder', await this.ports.store.get(holderId(await this.installation())));
  }

  /** @throws FolderRefused unless this folder may follow the holder before */
  private async mayFollow(before: HolderContent, order: FolderOrder | undefined): Promise<void> {
    const { place } = this.ports;
    const { tokens } = this;
    const isNewest = before.token === tokens.held || before.token === tokens.next;
    const refusal = await this.refusalOf(before, isNewest || order !== undefined);
    if (refusal === undefined) return;
    // A folder that was refused by the state must not undo alone at its next start either.
    if (place.where() === 'here') await this.remember({ ...tokens, isRefused: true });
    throw refusal;
  }

  private async refusalOf(before: HolderContent, isAllowed: boolean): Promise<FolderRefused | undefined> {
    const { place } = this.ports;
    const held = { place, holder: before, wasHeld: this.wasHeld };
    if (!isAllowed) return superseded(held);
    if (this.sessions.has(before.session)) return undefined;
    const standMs = place.where() === 'here' && place.order() === undefined ? GONE_HERE_MS : DEAD_AFTER_MS;
    return (await livesOn(this.ports, before.session, standMs)) ? inUse(held) : undefined;
  }

  /**
   * Another token than before, on the disk. While that takes nothing, who has the newest one goes on with it: a session
   * that was lost must not keep this agent from undoing, deciding and stopping.
   */
  private async nextToken(): Promise<string> {
    const { tokens } = this;
    const token = tokens.next ?? this.ports.chance.uuid();
    const isRemembered = await this.ifRoom(() => this.remember({ ...tokens, next: token }));
    return isRemembered ? token : (tokens.held ?? token);
  }

  /**
   * @returns false if the disk takes nothing, and this folder was held here before
   * @throws DiskFailed where it was not: then it could not be told from a copy
   */
  private async ifRoom(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (cause) {
      const { place } = this.ports;
      const { held, isRefused } = this.tokens;
      const isKnown = held !== undefined && !isRefused && place.where() === 'here' && place.order() === undefined;
      if (!isKnown || !(cause instanceof DiskFailed)) throw cause;
      return false;
    }
  }

  /** @returns false if somebody else wrote meanwhile */
  private async write(
    { generation, ...holder }: Pick<HolderContent, 'session' | 'token'> & { readonly generation: string | undefined },
    before: StateDocOf<'holder'> | undefined,
  ): Promise<boolean> {
    const { store, chance, clock, place, name } = this.ports;
    const at = iso(clock.utc());
    const installation = await this.installation();
    const content: HolderContent = {
      ...{ installation, ...holder, ...name, folder: place.path, at },
      ...present({ generation }),
    };
    const body = loneBody('holder', content, { write_id: chance.uuid(), facets: { at }, session: holder.session });
    return writeForSure({ store, chance }, { id: holderId(installation), expect: before?.version ?? 'absent', body });
  }

  private async record({ who, why }: FolderOrder, before: HolderContent | undefined): Promise<void> {
    const installation = await this.installation();
    await audit(
      { parts: this.ports },
      {
        verb: 'adopt_folder',
        by: who,
        object: { type: 'data_folder', id: installation },
        text: why,
        outcome: before === undefined ? 'nobody held it in this state' : `held before by ${since(before)}`,
      },
      `folder ${this.tokens.next ?? installation}`,
    );
    this.ports.log.warn('a person ordered to go on with this data folder', { by: who, why });
  }

  /** The order goes last: whatever fails before it is done again. */
  private async settle(session: string, token: string): Promise<void> {
    await this.ifRoom(() => this.remember({ held: token }));
    await this.ifRoom(() => this.ports.place.settle());
    this.sessions.add(session);
    this.wasHeld = true;
  }
}
