import { present } from '../../common/present';
import { iso } from '../../common/iso';
import {
  enableChannel,
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
import { channelView, enableNow, readChannel, rotateNow, sendTest } from '../runner/sources/subscriptions/channel';
import { listSources as list, viewSource } from '../runner/sources/subscriptions/list';
import {
  getMapping as readMapping,
  previewMapping as preview,
  putMapping as saveMapping,
} from '../runner/sources/subscriptions/mapping';
import type { SourceDesk } from '../runner/sources/subscriptions/desk';
import { planChange } from '../runner/sources/subscriptions/plan';
import type { SourceName } from '../runner/ports';
import { isOpen } from '../runner/sources/source_documents';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** What is left to tell of a source that is not there any more. */
const goneView = (source: SourceName, name: string) => ({
  ...source,
  name,
  level: 'other' as const,
  enabled: false,
  state: 'gone' as const,
  triggers: [],
  intakes: [],
});

/** Applies a plan and tells how the source and the channel are now. */
const applied = async (desk: SourceDesk, source: SourceName, order: ChangeOrder) => {
  const done = await applyChange(desk, source, order);
  if (!done.ok) return done;
  const [view, channel] = await Promise.all([viewSource(desk, source), readChannel(desk)]);
  return ok({
    source: view ?? goneView(source, done.value.view.source.name),
    ...present({ channel: isOpen(channel) ? channelView(channel, desk.agent.parts.clock.utc()) : undefined }),
  });
};

/** Subscribing to the alerts of OpenSearch, and from where the fields of their events come. */
export const sourceRoutes = (parts: Serving<'sources'>): void => {
  serve(parts, listSources, async () => {
    const desk = parts.ready().sources;
    const { sources, notes, channel } = await list(desk);
    return ok({
      as_of: iso(desk.agent.parts.clock.utc()),
      webhook_url: desk.webhookUrl,
      notes: notes.map((note) => ({ ...note })),
      sources: [...sources],
      ...present({ channel }),
    });
  });

  serve(parts, planSource, async ({ params, body }) => {
    const planned = await planChange(parts.ready().sources, params, body);
    return planned.ok ? ok(planned.value.view) : planned;
  });

  serve(parts, subscribeSource, ({ params, body, caller }) =>
    applied(parts.ready().sources, params, { ...body, intent: 'subscribe', by: caller.name }),
  );

  serve(parts, undoSource, ({ params, body, caller }) =>
    applied(parts.ready().sources, params, { ...body, intent: 'undo', by: caller.name }),
  );

  serve(parts, rotateChannel, async ({ body, caller }) => {
    const desk = parts.ready().sources;
    const rotated = await rotateNow(desk, { by: caller.name, reason: body.reason });
    return rotated.ok ? ok(channelView(rotated.value, desk.agent.parts.clock.utc())) : rotated;
  });

  serve(parts, enableChannel, async ({ body, caller }) => {
    const desk = parts.ready().sources;
    const enabled = await enableNow(desk, { by: caller.name, reason: body.reason });
    return enabled.ok ? ok(channelView(enabled.value, desk.agent.parts.clock.utc())) : enabled;
  });

  serve(parts, testChannel, async () => {
    const desk = parts.ready().sources;
    const sent = await sendTest(desk);
    return sent.ok ? ok(channelView(sent.value, desk.agent.parts.clock.utc())) : sent;
  });

  serve(parts, getMapping, async ({ params }) => ok(await readMapping(parts.ready().sources, params)));

  serve(parts, putMapping, ({ params, body, caller }) =>
    saveMapping(parts.ready().sources, params, { ...body, by: caller.name }),
  );

  serve(parts, previewMapping, ({ params, body }) => preview(parts.ready().sources, params, body.mapping));
};
