import { err, ok, type Result } from '../../../../common/result';
import type { HostResponse } from '../../../routes/http';
import { StoreUnavailable } from '../../../runner/ports';
import { refusal } from '../../problem';
import type { ClusterUsers } from '../cluster_users';

/* Logging in as a user of the cluster: whoever can log in there, and has a role of Reflex, gets in here. */

interface Asking {
  readonly cluster: () => Pick<ClusterUsers, 'identify' | 'waitOf'> | undefined;
}

const AWAY = refusal('unavailable', 'OpenSearch, which knows the users, does not answer right now', {
  retry_after_s: 5,
});

/** @returns with what the cluster is asked from now on who this is; or what they are told instead */
export const passwordLogin = async (
  { name, password }: { readonly name: string; readonly password: string },
  { cluster }: Asking,
): Promise<Result<string, HostResponse>> => {
  // HTTP Basic ends a name at its first colon.
  if (name.includes(':')) return err(refusal('invalid', 'a name has no colon in it'));
  const wait = cluster()?.waitOf(name) ?? 0;
  if (wait > 0) return err(refusal('overloaded', `too many wrong tries; wait ${wait} s`, { retry_after_s: wait }));
  const credential = `Basic ${Buffer.from(`${name}:${password}`, 'utf8').toString('base64')}`;
  try {
    const caller = await cluster()?.identify(credential, { fresh: true });
    if (caller === undefined)
      return err(refusal('unauthenticated', 'OpenSearch knows no such user with that password'));
    return caller.may.length > 0
      ? ok(credential)
      : err(refusal('forbidden', `\`${name}\` has none of Reflex' roles; ask who keeps them (docs/guides/roles.md)`));
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return err(AWAY);
    throw cause;
  }
};
