import { getSwitch, putSwitch, type SourceSwitchView } from '../../common/api/routes';
import type { Intake } from '../../common/flow/intake';
import { ok } from '../../common/result';
import { getSwitch as read, putSwitch as save } from '../runner/operations/source_switch';
import type { SourceHealth } from '../runner/sources/source_health';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** A name that nothing came by is said to be so: it may be misspelt. */
const withSeen = (
  view: Omit<SourceSwitchView, 'seen_here'>,
  health: Pick<SourceHealth, 'list'>,
  { type, id }: Intake,
): SourceSwitchView => ({
  ...view,
  seen_here: health.list().some(({ source }) => source.type === type && source.id === id),
});

/** Switching sources off and on. */
export const switchRoutes = (parts: Serving<'agent' | 'sourceHealth'>): void => {
  serve(parts, getSwitch, async ({ params }) => {
    const { agent, sourceHealth } = parts.ready();
    return ok(withSeen(await read(agent, params), sourceHealth, params));
  });
  serve(parts, putSwitch, async ({ params, body, caller }) => {
    const { agent, sourceHealth } = parts.ready();
    const saved = await save(agent, params, { ...body, by: caller.name });
    return saved.ok ? ok(withSeen(saved.value, sourceHealth, params)) : saved;
  });
};
