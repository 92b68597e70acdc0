import { ok, type Result } from '../../common/result';
import { digestOf, sha256 } from '../../server/engine/digest/digest';
import type { DraftDesk, Told } from '../../server/runner/doctrine/drafts/desk';
import { guardDrafts } from '../../server/runner/doctrine/drafts/guard_drafts';
import { policyDrafts } from '../../server/runner/doctrine/drafts/policy_drafts';
import { releaseBundle } from '../../server/runner/doctrine/releases/release';
import type { GuardCompiler, StateStore, StateWrite } from '../../server/runner/ports';
import { someGuards } from './guards';
import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC } from './policies';
import { releaseHosts } from './release_hosts';

/* The desks for drafts of policies and of guards, each at two agents with a text of both kinds in force. */

const key = aKeyPair();
const GUARD = 'package reflex.guards.change_freeze\n\ndefault allow := true\n';
const confidence = (value: string): string => BLOCK_KNOWN_IOC.replace('0.85', value);

/** What a test needs to know of a kind of draft. */
export const DRAFT_KINDS = [
  {
    type: 'policy',
    desk: policyDrafts as DraftDesk<Told>,
    id: 'block-known-ioc',
    doc: 'draft:block-known-ioc',
    kind: 'policy_draft',
    facets: { state: 'draft', policy: 'block-known-ioc' },
    /** In force; then what others release, and what two people write. */
    written: BLOCK_KNOWN_IOC,
    theirs: confidence('0.95'),
    mine: confidence('0.9'),
    other: confidence('0.91'),
    hash: sha256,
    stored: (made_from: string) => ({ policy_id: 'block-known-ioc', base_hash: made_from }),
    about: { object: { type: 'policy', id: 'block-known-ioc' }, policy: { id: 'block-known-ioc' } },
  },
  {
    type: 'guard',
    desk: guardDrafts as DraftDesk<Told>,
    id: 'change_freeze',
    doc: 'guard_draft:change_freeze',
    kind: 'guard_draft',
    facets: { state: 'guard_draft' },
    written: GUARD,
    theirs: `${GUARD}# theirs\n`,
    mine: `${GUARD}# mine\n`,
    other: `${GUARD}# mine too\n`,
    hash: digestOf,
    stored: (made_from: string) => ({ guard: 'change_freeze', made_from }),
    about: { object: { type: 'guard', id: 'change_freeze' } },
  },
];
type DraftKind = (typeof DRAFT_KINDS)[number];

const must = <Value>(result: Result<Value, { readonly message: string }>): Value => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const compiler: GuardCompiler = { compile: async (sources) => ok({ ...someGuards('compiled'), sources }) };
const quiet = async (): Promise<void> => undefined;

/** What happens around the state of the first agent; nothing until a test says so. */
interface Around {
  /** Before the write of a bulk is sent. */
  write: (writes: readonly StateWrite[]) => Promise<void>;
  /** Once a document was read, by its id, or a list, by its state. */
  read: (of: string) => Promise<void>;
  remove: () => Promise<void>;
}

const withAround = (store: StateStore, around: Around): StateStore => ({
  ...store,
  bulk: async (writes) => {
    await around.write(writes);
    return store.bulk(writes);
  },
  get: async (id) => {
    const doc = await store.get(id);
    await around.read(id);
    return doc;
  },
  search: async (query) => {
    const docs = await store.search(query);
    await around.read(query.states?.join() ?? '');
    return docs;
  },
  remove: async (id, version) => {
    await around.remove();
    return store.remove(id, version);
  },
});

export interface Saving {
  readonly source?: string;
  readonly deleted?: boolean;
  readonly seen?: string;
}

/** Two agents; what a test does is done at the first of them unless it says otherwise. */
export const draftScene = async ({ type, desk, id, doc }: DraftKind) => {
  const around: Around = { write: quiet, read: quiet, remove: quiet };
  const trust = { keys: [key.verification], threshold: 1 };
  const hosts = await releaseHosts([[key], []], trust, {
    guards: { guardCompiler: compiler },
    around: (index, store) => (index === 0 ? withAround(store, around) : store),
  });
  const hostAt = (index: number) => {
    const host = hosts.hosts[index];
    if (!host) throw new Error('no such host');
    return host;
  };
  const agentAt = (index: number) => hostAt(index).agent;
  const save = (author: string, change: Saving, at = 0) => desk.save(agentAt(at), id, { ...change, author });
  /** Releases a text of this kind, with the one of the other kind as it is. */
  const release = async (text: string): Promise<void> => {
    const [policy, guard] = type === 'guard' ? [BLOCK_KNOWN_IOC, text] : [text, GUARD];
    const guards = { ...someGuards('released'), sources: new Map([['change_freeze', guard]]) };
    const order = { author: 'cleo', releasedBy: 'cleo', changelog: 'a release', approvals: [] };
    must(await hosts.drive(releaseBundle(hostAt(0), { ...order, policies: [aPolicy(policy)], guards })));
    await hosts.wait(6_000);
  };
  await release(type === 'guard' ? GUARD : BLOCK_KNOWN_IOC);
  return {
    ...hosts,
    around,
    agentAt,
    save,
    release,
    saved: async (author: string, change: Saving) => must(await hosts.drive(save(author, change))),
    discard: () => hosts.drive(desk.discard(agentAt(0), id, 'ana')),
    discardReleased: (text: string) => hosts.drive(desk.discardReleased(agentAt(0), new Map([[id, text]]), 'cleo')),
    list: () => hosts.drive(desk.list(agentAt(1))),
    /** The document as it is stored. */
    kept: () => hosts.drive(agentAt(1).parts.store.get(doc)),
    entries: (verb: string) => hosts.audited().filter((entry) => entry.verb === verb),
    /** Has somebody else save at the second agent, once the first one has read that. */
    onceRead: (of: string, author: string, change: Saving): void => {
      around.read = async (read) => {
        if (read !== of) return;
        around.read = quiet;
        await save(author, change, 1);
      };
    },
    /** Notes how much is on record when the document is written, and what the write carries for the record. */
    watchWrite: () => {
      const seen: Array<{ readonly before: number; readonly carried: readonly unknown[] }> = [];
      around.write = async (writes) => {
        const write = writes.find((each) => each.id === doc);
        if (write) seen.push({ before: hosts.audited().length, carried: write.body.outbox.map(({ body }) => body) });
      };
      return seen;
    },
  };
};
