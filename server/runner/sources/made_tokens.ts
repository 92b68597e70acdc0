import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import { sha256 } from '../../engine/digest/digest';
import type { WritingAgent } from '../agent/views';
import { again } from '../keeping/in_background';
import { MADE_ID, type MadeToken } from '../keeping/kinds/token';
import { contentOf, read } from '../keeping/state_docs';
import { StoreUnavailable, type Clock, type LocalMemory, type Log, type StateStore } from '../ports';
import { auditRecord } from '../record/audit';
import { mayBeSamePerson } from '../record/person';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';

/*
 * Tokens that people make on the page. Every agent follows them, and its disk remembers them, so that they are known
 * while OpenSearch is away; what is remembered is digests.
 */

/** Every agent takes a new one, and no revoked one any more, within this and the time of one request, ms. */
export const FOLLOW_MS = 2_000;
const FIRST_MS = 250;
const MEMORY_KEY = 'made_tokens';
const MOST = 200;
/** What ended so long ago makes room for others, ms. */
const KEPT_MS = 90 * 86_400_000;

/** Begins each of them: programs that look for leaked secrets know it by that. */
export const MADE_PREFIX = 'rft_';

export const isMadeToken = (token: string): boolean => token.startsWith(MADE_PREFIX);

interface MadePorts {
  readonly store: Pick<StateStore, 'get'>;
  readonly memory: LocalMemory;
  readonly clock: Clock;
  readonly log: Log;
}

/** Follows which tokens were made; answers at once, as of a few seconds ago. */
export class MadeList {
  /** Undefined: nothing was ever heard of it here. */
  private known: readonly MadeToken[] | undefined;

  constructor(private readonly ports: MadePorts) {
    const text = ports.memory.read(MEMORY_KEY);
    this.known = text === undefined ? undefined : (JSON.parse(text) as readonly MadeToken[]);
  }

  get all(): readonly MadeToken[] {
    return this.known ?? [];
  }

  /** @throws StoreUnavailable on an agent that never heard which tokens were made (INV-13) */
  sure(): readonly MadeToken[] {
    if (this.known === undefined)
      throw new StoreUnavailable('which tokens were made is not known yet on this new agent');
    return this.known;
  }

  /** Reads them once. */
  async load(): Promise<void> {
    const found = await read(this.ports.store, 'token', MADE_ID);
    await this.note(found?.made ?? []);
  }

  /** Durable when it returns. */
  async note(made: readonly MadeToken[]): Promise<void> {
    const text = JSON.stringify(made);
    if (this.known !== undefined && JSON.stringify(this.known) === text) return;
    this.known = made;
    await this.ports.memory.write(MEMORY_KEY, text);
  }

  /** @param isAlone nobody but this agent makes any */
  follow(until: () => boolean, isAlone: () => boolean = () => false): Promise<void> {
    const everyMs = (): number => (this.known === undefined ? FIRST_MS : FOLLOW_MS);
    const isUnhurried = (): boolean => this.known !== undefined && isAlone();
    const how = { failed: 'which tokens were made could not be read', everyMs, until, isUnhurried };
    return again(this.ports, how, () => this.load());
  }
}

/** What somebody wants a token to be. */
export type TokenWish = Omit<MadeToken, 'sha256' | 'at'> & { readonly reason: string };

/** A new token, told once, and what is kept of it. */
interface Made {
  readonly token: string;
  readonly all: readonly MadeToken[];
}

const lasting = (made: readonly MadeToken[], now: number): readonly MadeToken[] =>
  made.filter(({ expires }) => Date.parse(expires) > now - KEPT_MS);

/** Makes a token and puts it on record; whose name it bears stays its own. */
export const makeToken = async (agent: WritingAgent, wish: TokenWish): Promise<Result<Made, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const { chance, clock } = agent.parts;
  const token = `${MADE_PREFIX}${sha256(`${chance.uuid()}${chance.uuid()}`)}`;
  const now = clock.utc();
  const { reason, ...about } = wish;
  const entry: MadeToken = { ...about, sha256: sha256(token), at: iso(now) };
  const record = auditRecord(agent);
  const all = await shift.parts.commits.settle<Result<readonly MadeToken[], Refusal>>({
    reads: [MADE_ID],
    build: (view) => {
      const before = lasting(contentOf('token', view.get(MADE_ID))?.made ?? [], now);
      const same = before.find(({ name }) => mayBeSamePerson(name, wish.name));
      if (same !== undefined)
        return {
          docs: [],
          answer: err(
            refusal('in_use', `\`${same.name}\` is the name of another token; on record the two would be one`),
          ),
        };
      if (before.length >= MOST)
        return { docs: [], answer: err(refusal('overloaded', `there are ${MOST} made tokens already; let some end`)) };
      const made = [...before, entry];
      const text = `may ${entry.may.join(', ')}, ends ${entry.expires}: ${reason}`;
      const records = [record({ verb: 'make_token', by: wish.by, object: { type: 'token', id: wish.name }, text })];
      const facets = { state: 'token', at: entry.at };
      return {
        docs: [{ id: MADE_ID, kind: 'token', facets, content: { revoked: [], made }, records }],
        answer: ok(made),
      };
    },
  });
  return all.ok ? ok({ token, all: all.value }) : all;
};
