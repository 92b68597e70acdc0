import {
  decideAgain,
  explainSwitch,
  getBreakers,
  getHeldByStop,
  getNeverTouched,
  getUndoSuspensions,
  releaseSwitch,
  resumeUndo,
  suspendUndo,
  throwSwitch,
} from '../../common/api/routes';
import { canonicalScope } from '../../common/flow/stop_scope';
import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { err, ok } from '../../common/result';
import { breakersView } from '../runner/operations/breakers';
import { explain, resume, stopAll, stopWhileStarting } from '../runner/operations/brakes';
import { countHeld, decideHeldAgain } from '../runner/operations/held_by_stop';
import { readScope } from '../runner/operations/stop_scope';
import * as undo from '../runner/operations/undo_suspension';
import { refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { RouteParts, Serving } from './route_parts';

const MOST_SENTENCES = 1_000;

const NO_PAUSE = refusal(
  'invalid',
  '`for_ms` pauses a policy: write the scope as `policy:<id>`, or leave `for_ms` out',
);

/** What is in force may be named without that its policy or connector is known here; a layer that has none, too. */
const inOneSpelling = (written: string): string => {
  const scope = canonicalScope(written);
  return scope.ok ? scope.value : written;
};

type Suspending = Serving<'agent'>;

/** Undoing that is suspended: see it, order it, lift it. */
const undoRoutes = (parts: Suspending): void => {
  serve(parts, getUndoSuspensions, async () => {
    const { agent } = parts.ready();
    const { overdue, at_least } = await undo.overdueUndos(agent);
    const suspensions = [...undo.suspensionsOf(agent)];
    return ok({ as_of: iso(agent.parts.clock.utc()), suspensions, overdue: [...overdue], ...present({ at_least }) });
  });
  serve(parts, suspendUndo, async ({ body, caller }) => {
    const { agent } = parts.ready();
    const scope = readScope(agent, body.scope);
    if (!scope.ok) return scope;
    const order = { scope: scope.value, who: caller.name, why: body.reason, lasts_ms: body.for_ms };
    const done = await undo.suspendUndo(agent, order);
    return done.ok ? ok({ suspensions: [...done.value] }) : done;
  });
  serve(parts, resumeUndo, async ({ body, caller }) => {
    const order = { scope: body.scope, who: caller.name, why: body.reason };
    const done = await undo.resumeUndo(parts.ready().agent, order);
    return done.ok ? ok({ suspensions: [...done.value] }) : done;
  });
};

/** The kill switch. An order to stop is taken from the first moment on; letting go waits until everything is ready. */
export const brakeRoutes = (parts: Serving<'agent'> & Pick<RouteParts, 'hostStop'>): void => {
  const { hostStop } = parts;
  undoRoutes(parts);
  serve(parts, throwSwitch, async ({ body, caller }) => {
    const agent = parts.loading(false) === undefined ? parts.ready().agent : undefined;
    const scope = readScope(agent, body.scope);
    if (!scope.ok) return scope;
    if (body.for_ms !== undefined && !scope.value.startsWith('policy:')) return err(NO_PAUSE);
    const order = {
      scope: scope.value,
      who: caller.name,
      why: body.reason ?? '',
      ...present({ lasts_ms: body.for_ms }),
    };
    const stopped = await (agent ? stopAll(agent, hostStop, order) : stopWhileStarting(hostStop, order));
    const { acknowledged, took_ms, epoch, agents, on_the_wire, wire_known, until } = stopped;
    return ok({
      acknowledged,
      took_ms: Math.round(took_ms),
      in_gate: epoch !== null,
      agents: agents.map((each) => ({ ...each })),
      on_the_wire: on_the_wire.map((each) => ({ ...each })),
      wire_known,
      ...present({ until }),
    });
  });
  serve(parts, explainSwitch, async ({ body, caller }) => {
    const order = { scope: inOneSpelling(body.scope), who: caller.name, why: body.reason, at: body.at };
    const stops = await explain(parts.ready().agent, hostStop, order);
    return stops.ok ? ok({ stops: [...stops.value] }) : stops;
  });
  serve(parts, releaseSwitch, async ({ body, caller }) => {
    const order = { scope: inOneSpelling(body.scope), who: caller.name, why: body.reason, seenAt: body.at };
    const stops = await resume(parts.ready().agent, hostStop, order);
    return stops.ok ? ok({ stops: [...stops.value] }) : stops;
  });
  serve(parts, getHeldByStop, async ({ query }) => {
    const { agent } = parts.ready();
    const scope = inOneSpelling(query.scope ?? 'all');
    return ok({ as_of: iso(agent.parts.clock.utc()), scope, ...(await countHeld(agent, scope)) });
  });
  serve(parts, getBreakers, async () => ok(breakersView(parts.ready().agent, hostStop)));
  serve(parts, decideAgain, ({ body, caller }) =>
    decideHeldAgain(parts.ready().agent, { scope: inOneSpelling(body.scope), by: caller.name, reason: body.reason }),
  );
  serve(parts, getNeverTouched, async () => {
    const { own, clock } = parts.ready().agent.parts;
    const { things, missing } = own.list;
    const told = { things: things.map((each) => ({ ...each })), missing: missing.slice(0, MOST_SENTENCES) };
    return ok({ as_of: iso(clock.utc()), settled: own.settled(), ...told });
  });
};
