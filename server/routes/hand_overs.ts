import { iso } from '../../common/iso';
import { listHandOvers, postVerdict, takeVerdictBack, type HandOverChannelView } from '../../common/api/routes';
import { present } from '../../common/present';
import { err, ok } from '../../common/result';
import {
  listHandOvers as list,
  takeVerdict,
  takeVerdictBack as takeBack,
  type VerdictSaid,
} from '../runner/operations/hand_overs';
import { NO_INTAKE } from '../runner/record/refusal';
import type { HandOverFacts } from '../runner/sources/hand_over/hand_over_watch';
import { serve, type Caller } from './bind';
import type { Serving } from './route_parts';

const viewOf = ({
  name,
  kind,
  place,
  verdictsBy,
  content,
  behind,
  heldBack,
  error,
}: HandOverFacts): HandOverChannelView => ({
  ...{ name, kind, place, behind },
  held_back: heldBack,
  told: content?.told ?? 0,
  refused: content?.refused ?? 0,
  given_up: content?.given_up ?? 0,
  ...present({
    verdicts_by: verdictsBy,
    last_told: content?.last_told,
    last_lost: content?.last_lost,
    failing_since: content?.failing?.since,
    error,
  }),
});

interface Word {
  readonly params: { readonly hand_over_id: string };
  readonly caller: Caller;
  readonly body: { readonly reason?: string; readonly said_by?: string };
}

const saidOf = (
  { params, caller, body }: Word,
  verdictId: string,
  channels: readonly HandOverFacts[],
): VerdictSaid => ({
  handOverId: params.hand_over_id,
  verdictId,
  by: caller.name,
  channels: channels.filter(({ verdictsBy }) => verdictsBy === caller.name).map(({ name }) => name),
  ...present({ saidBy: body.said_by, reason: body.reason }),
});

/** Where acts that wait are handed over, and the verdicts of their tickets. */
export const handOverRoutes = (parts: Serving<'agent' | 'handOvers'>): void => {
  serve(parts, listHandOvers, async ({ query }) => {
    const { agent, handOvers } = parts.ready();
    const found = await list(agent, query.case_id);
    return ok({
      as_of: iso(agent.parts.clock.utc()),
      channels: handOvers.list().map(viewOf),
      hand_overs: [...found],
    });
  });
  serve(parts, postVerdict, async (word) => {
    const { agent, handOvers } = parts.ready();
    if (!agent.has('intake')) return err(NO_INTAKE);
    const { verdict_id: verdictId, label } = word.body;
    return takeVerdict(agent, { ...saidOf(word, verdictId, handOvers.list()), label });
  });
  serve(parts, takeVerdictBack, async (word) => {
    const { agent, handOvers } = parts.ready();
    if (!agent.has('intake')) return err(NO_INTAKE);
    return takeBack(agent, saidOf(word, word.params.verdict_id, handOvers.list()));
  });
};
