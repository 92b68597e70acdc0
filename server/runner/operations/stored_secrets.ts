import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import type { AgentWith, JoinedWith, WritingAgent } from '../agent/views';
import { storedSecretId, type StoredSecret } from '../keeping/kinds/secret';
import { contentOf } from '../keeping/state_docs';
import type { Sealing } from '../ports';
import { auditRecord, auditRefusal } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import type { Session } from '../session/session';
import {
  aboutSecret,
  MOST_STORED,
  type KnownSecret,
  type StoredFault,
  type StoredSecrets,
} from '../trust/stored_secrets';

/* Writes secrets, takes them away, and seals them anew. Every change is a version, with its entry in the audit. */

/** What writing takes besides the agent. */
export interface SecretDesk {
  readonly sealing: Sealing;
  readonly stored: Pick<StoredSecrets, 'find' | 'list' | 'all' | 'judge' | 'note' | 'isHeard'>;
}

type Agent = WritingAgent & AgentWith<'evidence'>;

interface Order {
  /** Of the state that was shown; 0 for one that there is not yet. */
  readonly version: number;
  readonly by: string;
  readonly reason: string;
}

/** As the list tells it; never what it is. */
export type Written = Omit<StoredSecret, 'sealed'> & { readonly key: string };

const writtenOf = ({ sealed: { key }, name, version, by, at, removed }: StoredSecret): Written => ({
  name,
  version,
  by,
  at,
  removed,
  key,
});

const NO_KEY: Refusal = refusal(
  'no_secret_key',
  'no key of this host can seal it: name one in `secret_keys`, the same at every host; `GET /api/reflex/secrets` says what is wrong with those that are named',
);

/** The longest file that is a secret, too. */
const LARGEST_BYTES = 65_536;
/** Shorter ones could not be kept out of texts, so no connector takes them. */
const SHORTEST = 4;

/** What is wrong with a secret, without anything of it. */
const valueFault = (value: string): string | undefined => {
  if (value.trim() === '') return 'is empty';
  if (value.length < SHORTEST) return `must have at least ${SHORTEST} characters`;
  return Buffer.byteLength(value) > LARGEST_BYTES ? 'must have at most 64 KiB' : undefined;
};

interface Writing {
  readonly name: string;
  readonly removed: boolean;
  readonly value: string;
  readonly verb: 'set_secret' | 'remove_secret' | 'rekey_secret';
}

const changed = (known: KnownSecret | undefined): Refusal => ({
  ...refusal('changed', 'somebody wrote this secret meanwhile; look again'),
  current: known === undefined ? { version: 0 } : { ...writtenOf(known.content), version: known.version },
});

/**
 * Seals and writes one version, unless somebody else wrote one meanwhile; with its entry in the audit, or not at all.
 * INVARIANT: the count goes on from the highest that this agent ever believed, so that no other agent takes it for an
 * older one.
 */
const write = async (
  agent: Agent,
  { sealing, stored }: SecretDesk,
  { name, removed, value, verb }: Writing,
  { version, by, reason }: Order,
): Promise<Result<Written, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift || !stored.isHeard) return err(NOT_JOINED);
  const about = { name, version: version + 1, by, at: iso(parts.clock.utc()), removed };
  const sealed = sealing.seal(aboutSecret(about), value);
  if (sealed === undefined) return err(NO_KEY);
  const content: StoredSecret = { ...about, sealed };
  const id = storedSecretId(name);
  const record = auditRecord(agent);
  const entry = { verb, by, object: { type: 'secret', id: name }, text: reason };
  const facets = { state: removed ? 'removed' : 'kept', at: content.at };
  const saved = await shift.parts.commits.settle<Result<Written, Refusal>>({
    reads: [id],
    build: (view) => {
      const now = stored.judge(name, contentOf('secret', view.get(id)));
      if ((now?.version ?? 0) !== version)
        return view.isFresh(id) ? { docs: [], answer: err(changed(now)) } : 'read_again';
      return {
        docs: [{ id, kind: 'secret', facets, content, records: [record(entry)] }],
        answer: ok(writtenOf(content)),
      };
    },
  });
  const answer = await auditRefusal(agent, entry, saved);
  if (answer.ok) await stored.note(content);
  return answer;
};

/**
 * Writes a secret. One line break at its end is not part of it, as in a file.
 *
 * @returns `invalid` for what no connector could use, `no_secret_key`, or `changed` where somebody else was faster
 */
export const setSecret = async (
  agent: Agent,
  desk: SecretDesk,
  { name, value: given, ...order }: Order & { readonly name: string; readonly value: string },
): Promise<Result<Written, Refusal>> => {
  const value = given.replace(/\r?\n$/, '');
  const message = valueFault(value);
  if (message !== undefined)
    return err({ ...refusal('invalid', 'the body is not valid'), fields: [{ path: 'value', message }] });
  const known = desk.stored.find(name);
  const isNew = known?.content.removed ?? true;
  // What was taken away is in no list, and yet it counts on.
  const version = order.version === 0 && known?.content.removed === true ? known.version : order.version;
  if (isNew && desk.stored.list().length >= MOST_STORED)
    return err(refusal('invalid', `${MOST_STORED} secrets are stored, which is the most; remove some first`));
  return write(agent, desk, { name, removed: false, value, verb: 'set_secret' }, { ...order, version });
};

/** Who else uses stored secrets, as the sessions that live tell: the users of each agent, by the secret's name. */
export const usedElsewhere = (
  session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'> | undefined,
  name: string,
): readonly string[] =>
  (session?.livePeers ?? []).flatMap((id) => {
    const said = session?.saysOfItself(id);
    return (said?.stored_secrets?.[name] ?? []).map((user) => `${user} at ${said?.agent ?? id}`);
  });

/**
 * Takes a secret away, if nothing uses it: neither this agent nor, as they last told, any other one that lives.
 *
 * @param usedHere who uses it at this agent
 */
export const removeSecret = async (
  agent: Agent & JoinedWith<'session'>,
  desk: SecretDesk,
  { name, usedHere, ...order }: Order & { readonly name: string; readonly usedHere: readonly string[] },
): Promise<Result<Written, Refusal>> => {
  const known = desk.stored.find(name);
  if (known === undefined || (known.content.removed && known.fault === undefined))
    return err(refusal('not_found', `no secret \`${name}\` is stored`));
  const users = [...usedHere, ...usedElsewhere(agent.shift?.parts.session, name)];
  const entry = { verb: 'remove_secret', by: order.by, object: { type: 'secret', id: name } };
  if (users.length > 0) {
    const text = `\`stored:${name}\` is used by ${users.slice(0, 16).join(', ')}; take it out of their settings first`;
    return auditRefusal(agent, entry, err(refusal('in_use', text)));
  }
  return write(agent, desk, { name, removed: true, value: '', verb: 'remove_secret' }, order);
};

/** What sealing anew came to. */
interface Rekeyed {
  readonly key: string;
  readonly sealed: readonly string[];
  /** Those that are still as they were, and why. */
  readonly left: ReadonlyArray<{ readonly name: string; readonly why: string }>;
}

const UNREADABLE: Readonly<Record<StoredFault, string>> = {
  no_key: 'this host has not the key that it is sealed with',
  wrong_key: 'this host has another key of that id',
  changed: 'what is stored was changed by somebody who has not the key',
  older: 'what is stored is older than what was stored already',
  gone: 'its document is gone, though nobody removed it',
};

/** What is wrong with a stored secret, in words. */
export const faultWords = (fault: StoredFault): string => UNREADABLE[fault];

/** Seals with the newest key all that is sealed with another one; afterwards the others can be taken away. */
export const rekeySecrets = async (
  agent: Agent,
  desk: SecretDesk,
  order: Pick<Order, 'by' | 'reason'>,
): Promise<Result<Rekeyed, Refusal>> => {
  const key = desk.sealing.newest();
  if (key === undefined) return err(NO_KEY);
  if (!agent.shift || !desk.stored.isHeard) return err(NOT_JOINED);
  const sealed: string[] = [];
  const left: Array<{ readonly name: string; readonly why: string }> = [];
  for (const { content, value, fault, version } of desk.stored.all()) {
    const { name, removed } = content;
    if (content.sealed.key === key && fault === undefined) continue;
    if (value === undefined || fault !== undefined) {
      left.push({ name, why: faultWords(fault ?? 'no_key') });
      continue;
    }
    const done = await write(agent, desk, { name, removed, value, verb: 'rekey_secret' }, { ...order, version });
    if (done.ok) sealed.push(name);
    else left.push({ name, why: done.error.message });
  }
  return ok({ key, sealed, left });
};
