import fc from 'fast-check';
import { readAlertingWebhook } from './alerting_webhook';
import type { AlertNotice } from './alert_notice';
import { messageTemplate, type TemplateLevel } from './message_template';
import {
  bucketAlert,
  bucketContext,
  documentAlert,
  documentContext,
  queryContext,
  workflowContext,
  type Firing,
} from '../../../test/targets/alerting/contexts';
import { renderTemplate, type Context } from '../../../test/targets/alerting/render';
import { anyText } from '../../../test/builders/any_text';

const TRIGGER = { id: 'trig-1', name: 'any error "quoted" {{x}}', severity: '2' };
const firing = (more: Partial<Firing> = {}): Firing => ({
  monitorId: 'iYx2AaIBabCARU_xyHWl',
  body: { name: 'errors \\ "per" service\n', enabled: true },
  trigger: TRIGGER,
  at: Date.parse('2026-11-22T04:15:15.084Z'),
  ...more,
});
const LEVELS: readonly TemplateLevel[] = ['query', 'bucket', 'document', 'workflow'];

/** Rendered as OpenSearch does it, and read as the webhook does it. */
const readBack = (level: TemplateLevel, ctx: Context): readonly AlertNotice[] => {
  const text = renderTemplate(messageTemplate(level, TRIGGER), ctx);
  JSON.parse(text);
  const read = readAlertingWebhook(text);
  if (!read.ok) throw new Error(read.error);
  return read.value.kind === 'alerts' ? read.value.alerts : [];
};

const contextOf = (level: TemplateLevel, more: Partial<Firing> = {}): Context => {
  switch (level) {
    case 'query':
      return queryContext(firing(more));
    case 'bucket':
      return bucketContext(firing(more), { fresh: [bucketAlert('a', 'cart')] });
    case 'document':
      return documentContext(firing(more), [documentAlert('a', 'doc|index')]);
    case 'workflow':
      return workflowContext(firing(more));
  }
};

describe('messageTemplate', () => {
  it('tells of the first firing of a query-level monitor, which has no alert yet', () =>
    expect(readBack('query', queryContext(firing()))).toMatchObject([
      {
        level: 'query',
        monitorId: 'iYx2AaIBabCARU_xyHWl',
        monitorName: 'errors \\ "per" service\n',
        triggerId: 'trig-1',
        triggerName: TRIGGER.name,
        severity: '2',
        state: 'ACTIVE',
        alertId: '',
        periodEnd: '2026-11-22T04:15:15.084Z',
      },
    ]));

  it('names the alert of a later firing', () =>
    expect(readBack('query', queryContext(firing(), { id: 'x', state: 'ACTIVE', start_time: 5 }))).toMatchObject([
      { alertId: 'x', startTime: 5 },
    ]));

  it('tells of new, repeated and completed buckets', () => {
    const ctx = bucketContext(firing(), {
      fresh: [bucketAlert('n', 'cart,eu')],
      deduped: [bucketAlert('d', 'checkout', { start_time: null })],
      completed: [bucketAlert('c', 'ship', { state: 'COMPLETED' })],
    });
    expect(
      readBack('bucket', ctx).map(({ alertId, bucketKeys, state, startTime }) => [
        alertId,
        bucketKeys,
        state,
        startTime,
      ]),
    ).toEqual([
      ['n', 'cart,eu', 'ACTIVE', 1_795_320_994_858],
      ['d', 'checkout', 'ACTIVE', 0],
      ['c', 'ship', 'COMPLETED', 1_795_320_994_858],
    ]);
  });

  it('tells of a run of a bucket-level monitor that found nothing', () =>
    expect(readBack('bucket', bucketContext(firing(), {}))).toEqual([]));

  // More than 50 alerts of one run come as one call.
  it('loses none of 51 alerts', () => {
    const alerts = Array.from({ length: 51 }, (_, n) => documentAlert(`alert-${n}`, `doc-${n}|app-logs`));
    const read = readBack('document', documentContext(firing(), alerts));
    expect(read).toHaveLength(51);
    expect(read[50]).toMatchObject({
      alertId: 'alert-50',
      relatedDocuments: ['doc-50|app-logs'],
      findingIds: ['finding-of-alert-50'],
      severity: '3',
      startTime: 1_795_321_030_502,
      queries: [{ name: 'error-query', tags: expect.arrayContaining(['tag-error', 'mitre.t1000']) }],
    });
  });

  it('names the trigger of a workflow, which the context does not', () =>
    expect(readBack('workflow', workflowContext(firing()))).toMatchObject([
      {
        level: 'workflow',
        monitorId: 'iYx2AaIBabCARU_xyHWl',
        triggerId: 'trig-1',
        triggerName: TRIGGER.name,
        severity: '2',
        periodEnd: '2026-11-22T04:15:15.084Z',
      },
    ]));

  it.each(LEVELS)('is sent by a %s monitor also when the monitor has an error', (level) => {
    const text = renderTemplate(messageTemplate(level, TRIGGER), contextOf(level, { error: 'all "shards" failed\n' }));
    expect((JSON.parse(text) as { ctx: { error: string } }).ctx.error).toBe('all "shards" failed\n');
  });

  it.each(LEVELS)('never dumps the context of a %s monitor, and escapes everything', (level) => {
    const template = messageTemplate(level, TRIGGER);
    expect(template).not.toContain('toJson');
    expect(template).not.toContain('{{{');
    expect(template).not.toContain('{{&');
  });

  it.each(LEVELS)('is JSON of a %s monitor whatever names and keys hold', (level) =>
    fc.assert(
      fc.property(anyText(), fc.string(), (name, key) => {
        const trigger = { id: key, name, severity: name };
        const more = { body: { name, enabled: true }, trigger, monitorId: key };
        const ctx = {
          ...contextOf(level, more),
          newAlerts: [bucketAlert(key, name)],
          alerts: [documentAlert(key, name)],
        };
        const text = renderTemplate(messageTemplate(level, trigger), ctx);
        expect((JSON.parse(text) as { ctx: { monitor: object } }).ctx.monitor).toEqual({ _id: key, name });
      }),
    ),
  );
});
