import { listSecrets, rekeySecrets, removeSecret, setSecret, type SecretView } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { ok } from '../../common/result';
import { STORED_PREFIX } from '../../common/stored_secret';
import {
  rekeySecrets as rekey,
  removeSecret as remove,
  setSecret as set,
  usedElsewhere,
  type SecretDesk,
} from '../runner/operations/stored_secrets';
import { serve } from './bind';
import type { Ready, Serving } from './route_parts';

type Parts = Pick<Ready, 'agent' | 'secrets' | 'storedSecrets'>;

const deskOf = ({ secrets, storedSecrets }: Pick<Parts, 'secrets' | 'storedSecrets'>): SecretDesk => ({
  sealing: secrets.sealing,
  stored: storedSecrets,
});

/** With what the other agents said with their last heartbeats; without any of it while OpenSearch is away. */
const withOthers = (secret: SecretView, { agent }: Pick<Parts, 'agent'>): SecretView => {
  const { stored } = secret;
  if (stored === undefined) return secret;
  const others = usedElsewhere(agent.shift?.parts.session, secret.name.slice(STORED_PREFIX.length));
  return others.length === 0 ? secret : { ...secret, stored: { ...stored, used_elsewhere: others.slice(0, 256) } };
};

/** Which secrets this host has, and writing those that are stored. INVARIANT (INV-12): no route tells what one is. */
export const secretRoutes = (parts: Serving<'agent' | 'secrets' | 'storedSecrets'>): void => {
  serve(parts, listSecrets, async () => {
    const { agent, secrets } = parts.standing();
    return ok({
      as_of: iso(agent.parts.clock.utc()),
      secrets: secrets.list().map((each) => withOthers(each, { agent })),
      keys: [...secrets.keys()],
    });
  });
  serve(parts, setSecret, ({ params, body, caller }) => {
    const ready = parts.ready();
    // Before anything can fail that would tell of it.
    ready.secrets.hide(body.value);
    return set(ready.agent, deskOf(ready), { ...params, ...body, by: caller.name });
  });
  serve(parts, removeSecret, ({ params, body, caller }) => {
    const ready = parts.ready();
    const usedHere = ready.secrets.usersOf(params.name);
    return remove(ready.agent, deskOf(ready), { ...params, ...body, by: caller.name, usedHere });
  });
  serve(parts, rekeySecrets, async ({ body, caller }) => {
    const ready = parts.ready();
    const done = await rekey(ready.agent, deskOf(ready), { ...body, by: caller.name });
    return done.ok ? ok({ ...done.value, sealed: [...done.value.sealed], left: [...done.value.left] }) : done;
  });
};
