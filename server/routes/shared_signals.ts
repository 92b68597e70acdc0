import { getSignalKeys } from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { err, ok } from '../../common/result';
import { refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** Receivers keep it for so long at most, s: a new key is known soon. */
const KEPT_FOR_S = 300;

/** What receivers of signed events need to check them. */
export const sharedSignalRoutes = (parts: Serving<'agent'>): void =>
  serve(parts, getSignalKeys, async ({ params }) => {
    const keys = await parts.standing().agent.parts.connectors.get(params.name)?.publicKeys?.();
    // Nobody learns from it which other connectors there are.
    if (keys === undefined) return err(refusal('not_found', 'no connector of this name signs anything'));
    const answer = decode(getSignalKeys.answer, { keys });
    if (!answer.ok) throw new Error('a connector offers a public key that is none');
    const headers = { 'cache-control': `public, max-age=${KEPT_FOR_S}` };
    return ok({ answered: { status: 200, body: answer.value, headers } });
  });
