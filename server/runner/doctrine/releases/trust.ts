import { present } from '../../../../common/present';
import { recordOf } from '../../record/records';
import { iso } from '../../../../common/iso';
import type { TrustView } from '../../../../common/api/routes/releases';
import { err, ok, type Result } from '../../../../common/result';
import { signsFreshness } from '../../../engine/policy/freshness';
import { rulesOf } from '../../../engine/policy/keyring';
import { claimedKeyId } from '../../../engine/policy/signature';
import type { FreshnessKeeper } from '../../trust/freshness_keeper';
import type { KeyringKeeper } from '../../trust/keyring_keeper';
import { askedAndDone, audit } from '../../record/audit';
import type { BundleDesk } from './bundle_files';
import { refusal, refusedBundle, type Refusal } from '../../record/refusal';
import { bundleInForce } from '../../trust/in_force';

/** What it takes to look after trust, besides releasing. */
export interface TrustDesk extends BundleDesk {
  readonly keyring: KeyringKeeper;
  readonly freshness: FreshnessKeeper;
}

/** Whose signatures are believed now, and until when the version in force is known to be the newest. */
export const trustView = ({ agent, keyring, freshness, signers }: TrustDesk): TrustView => {
  const rules = keyring.rules();
  const own = signers().map(({ keyId }) => keyId);
  return {
    as_of: iso(agent.parts.clock.utc()),
    threshold: rules.threshold,
    keyring: keyring.version,
    keys: rules.keys.map(({ keyId, revoked, notBefore, notAfter }) => ({
      key_id: keyId,
      revoked,
      signs_here: own.includes(keyId),
      freshness: signsFreshness(rules, keyId),
      ...present({
        not_before: notBefore === undefined ? undefined : iso(notBefore),
        not_after: notAfter === undefined ? undefined : iso(notAfter),
      }),
    })),
    stale: freshness.whenStale,
    ...present({
      fresh_until: freshness.until === undefined ? undefined : iso(freshness.until),
      refused_keyring: keyring.refused && keyring.refused.fault.message,
    }),
  };
};

type Keyring = NonNullable<TrustView['history']>[number];
const MOST_KEYRINGS = 200;
/** Of each keyring that it was asked for, and what came of it. */
const MOST_ENTRIES = 2 * MOST_KEYRINGS;
const CHANGE_KEYS = 'change_keys';

const none: ReadonlySet<string> = new Set();

/** What each keyring changed, newest first. */
const keyrings = ({ keyring }: TrustDesk): readonly Keyring[] => {
  let before = keyring.settings.keys.map(({ keyId }) => keyId);
  return keyring.history
    .map(({ statement, signatures }) => {
      const { keys } = rulesOf(statement, none);
      const ids = keys.map(({ keyId }) => keyId);
      const change: Keyring = {
        number: statement.version,
        issued_at: statement.issued_at,
        threshold: statement.threshold,
        signed_by: signatures.flatMap((token) => claimedKeyId(token) ?? []),
        added: ids.filter((each) => !before.includes(each)),
        removed: before.filter((each) => !ids.includes(each)),
        revoked: keys.filter(({ revoked }) => revoked).map(({ keyId }) => keyId),
      };
      before = ids;
      return change;
    })
    .reverse()
    .slice(0, MOST_KEYRINGS);
};

/** Who handed each keyring in, by its number. */
const handedIn = async ({ agent }: TrustDesk): Promise<ReadonlyMap<string, Pick<Keyring, 'by' | 'at'>>> => {
  const { entries } = await agent.parts.evidence.find({
    family: 'audit',
    where: { verb: CHANGE_KEYS },
    order: 'newest',
    limit: MOST_ENTRIES,
  });
  const handed = new Map<string, Pick<Keyring, 'by' | 'at'>>();
  for (const { at, body } of entries) {
    const { by, object, outcome } = recordOf('audit', body);
    // Entries from before the outcome was filed have none; one of them may have been refused.
    const counts = outcome === 'done' || (outcome === undefined && !handed.has(object?.id ?? ''));
    if (by !== undefined && object?.id !== undefined && counts) handed.set(object.id, { by, at });
  }
  return handed;
};

/** The same with what happened to the keys, and who handed keyrings in. */
export const trustHistory = async (desk: TrustDesk): Promise<TrustView> => {
  const handed = await handedIn(desk);
  const history = keyrings(desk).map((each) => ({ ...each, ...handed.get(String(each.number)) }));
  const signed = bundleInForce(desk.agent)?.keyIds;
  return { ...trustView(desk), history, ...present({ in_force_signed_by: signed && [...signed] }) };
};

/** Hands a signed keyring to all agents. */
export const changeKeys = async (
  { agent, keyring }: TrustDesk,
  value: unknown,
  by: string,
): Promise<Result<{ readonly keyring: number }, Refusal>> => {
  await keyring.follow();
  const checked = keyring.check(value);
  if (!checked.ok) return err(refusedBundle(checked.error));
  const object = { type: 'keyring', id: String(checked.value.statement.version) };
  const taken = await askedAndDone(agent, { verb: CHANGE_KEYS, by, object }, () => keyring.offer(value));
  return taken.ok ? ok({ keyring: keyring.version }) : err(refusedBundle(taken.error));
};

/** Takes a statement, signed elsewhere, that the version in force is the newest. */
export const handInFreshness = async (
  { agent, freshness }: TrustDesk,
  statement: string,
  by: string,
): Promise<Result<{ readonly version: number; readonly not_after: string }, Refusal>> => {
  if (!agent.shift) return err(refusal('unavailable', 'OpenSearch does not answer right now; nothing was changed'));
  const taken = await freshness.accept(statement);
  if (!taken.ok) return err(refusedBundle(taken.error));
  const { version, not_after } = taken.value;
  await audit(agent, {
    verb: 'freshness',
    by,
    object: { type: 'bundle', id: String(version) },
    bundle: { version },
    text: `until ${not_after}`,
  });
  return ok({ version, not_after });
};
