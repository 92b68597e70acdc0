import { iso } from '../../common/iso';
import {
  getMapping,
  listSources,
  planSource,
  previewMapping,
  putMapping,
  rotateChannel,
  subscribeSource,
  testChannel,
  undoSource,
} from '../../common/api/routes';
import { ok } from '../../common/result';
import { applyChange, type ChangeOrder } from '../runner/sources/subscriptions/change';
import { channelView, readChannel, rotateNow, sendTest } from '../runner/sources/subscriptions/channel';
import { listSources as list, viewSource } from '../runner/sources/subscriptions/list';
import {
  getMapping as readMapping,
  previewMapping as preview,
  putMapping as saveMapping,
} from '../runner/sources/subscriptions/mapping';
import { planChange } from '../runner/sources/subscriptions/plan';
import type { SourceName } from '../runner/ports';
import { isOpen } from '../runner/sources/source_documents';
import { serve } from './bind';
import type { RouteParts } from './route_parts';

/** Applies a plan and tells how the source and the channel are now. */
const applied = async ({ sources: desk }: RouteParts, source: SourceName, order: ChangeOrder) => {
  const done = await applyChange(desk, source, order);
  if (!done.ok) return done;
  const [view, channel] = await Promise.all([viewSource(desk, source), readChannel(desk)]);
  const gone = { ...source, name: done.value.view.source.name, level: 'other' as const, enabled: false, state: 'gone' as const, triggers: [] }; // prettier-ignore
  return ok({
    source: view ?? gone,
    ...(isOpen(channel) ? { channel: channelView(channel, desk.agent.parts.clock.utc()) } : {}),
  });
};

/** Subscribing to the alerts of OpenSearch, and from where the fields of their events come. */
export const sourceRoutes = (parts: RouteParts): void => {
  serve(parts, listSources, async () => {
    const { agent, webhookUrl } = parts.sources;
    const { sources, notes, channel } = await list(parts.sources);
    return ok({
      as_of: iso(agent.parts.clock.utc()),
      webhook_url: webhookUrl,
      notes: notes.map((note) => ({ ...note })),
      sources: [...sources],
      ...(channel ? { channel } : {}),
    });
  });

  serve(parts, planSource, async ({ params, body }) => {
    const planned = await planChange(parts.sources, params, body);
    return planned.ok ? ok(planned.value.view) : planned;
  });

  serve(parts, subscribeSource, ({ params, body, caller }) =>
    applied(parts, params, { ...body, intent: 'subscribe', by: caller.name }),
  );

  serve(parts, undoSource, ({ params, body, caller }) =>
    applied(parts, params, { ...body, intent: 'undo', by: caller.name }),
  );

  serve(parts, rotateChannel, async ({ body, caller }) => {
    const rotated = await rotateNow(parts.sources, { by: caller.name, reason: body.reason });
    return rotated.ok ? ok(channelView(rotated.value, parts.agent.parts.clock.utc())) : rotated;
  });

  serve(parts, testChannel, async () => {
    const sent = await sendTest(parts.sources);
    return sent.ok ? ok(channelView(sent.value, parts.agent.parts.clock.utc())) : sent;
  });

  serve(parts, getMapping, async ({ params }) => ok(await readMapping(parts.sources, params)));

  serve(parts, putMapping, ({ params, body, caller }) =>
    saveMapping(parts.sources, params, { ...body, by: caller.name }),
  );

  serve(parts, previewMapping, ({ params, body }) => preview(parts.sources, params, body.mapping));
};
