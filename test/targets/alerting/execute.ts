import type { Channels } from './channels';
import { fires } from './condition';
import { failure, json, type Answer, type Json, type Request } from './documents';
import { queryContext } from './contexts';
import { RenderFailed, renderTemplate, type Context } from './render';

/*
 * `POST /_plugins/_alerting/monitors/_execute` with a query-level monitor in its body, as Alerting 3.4 runs it
 * (`QueryLevelMonitorRunner`, `MonitorRunner.runAction`; answers after `monitor-execute-query.http`): nothing
 * is stored,
 * actions call their channels unless it is a dry run, and what became of each stands in the answer, which is 200.
 */

const entryOf = (id: string, status: number | string, text: string): Json => ({
  config_id: id,
  config_type: 'webhook',
  config_name: id,
  email_recipient_status: [],
  delivery_status: { status_code: String(status), status_text: text },
});

/** A template is a script, and its parameters stand beside `ctx`. */
const rendered = (template: unknown, ctx: Context): string => {
  const { source, params } = json(template);
  return renderTemplate(String(source ?? ''), ctx, json(params));
};

const runAction = async (action: Json, ctx: Context, channels: Channels, isDry: boolean): Promise<Json> => {
  const { id, name, destination_id } = action;
  const result = (output: Json, error: string | null): Json => ({
    ...{ id, name, output, throttled: false, executionTime: 1_795_320_915_204, error },
  });
  try {
    const output = { subject: rendered(action.subject_template, ctx), message: rendered(action.message_template, ctx) };
    if (output.message === '')
      return result({}, `Message content missing in the Destination with id: ${String(destination_id)}`);
    if (isDry) return result(output, null);
    const channel = String(destination_id);
    const sent = await channels.post(channel, output.message);
    if (typeof sent === 'string') return result({}, sent);
    const list = [entryOf(channel, sent.status, sent.text)];
    if (!sent.ok) return result({}, JSON.stringify({ event_status_list: list }));
    return result({ ...output, messageId: JSON.stringify({ status_list: list }) }, null);
  } catch (cause) {
    if (cause instanceof RenderFailed) return result({}, cause.message);
    throw cause;
  }
};

export const executeInline = async ({ body, query }: Request, channels: Channels, at: number): Promise<Answer> => {
  const { monitor_type, triggers, name, inputs } = body;
  if (monitor_type !== 'query_level_monitor' || !Array.isArray(inputs) || inputs.length === 0)
    return failure(400, 'illegal_argument_exception', 'only query-level monitors with an input are run here');
  const results: Record<string, Json> = {};
  for (const outer of (triggers ?? []) as readonly Json[]) {
    const trigger = json(outer.query_level_trigger);
    const source = String(json(json(trigger.condition).script).source);
    const triggered = fires(source, { ctx: { results: [{ hits: { total: { value: 0 } } }] } });
    const about = { id: String(trigger.id), name: String(trigger.name), severity: String(trigger.severity) };
    const ctx = queryContext({ monitorId: '', body, trigger: about, at }, undefined);
    const actions: Record<string, Json> = {};
    if (triggered)
      for (const action of (trigger.actions ?? []) as readonly Json[])
        actions[String(action.id)] = await runAction(action, ctx, channels, query.dryrun === 'true');
    results[about.id] = { name: about.name, triggered, action_results: actions, error: null };
  }
  const answer = { monitor_name: name, error: null, input_results: { results: [], error: null } };
  return { status: 200, body: { ...answer, trigger_results: results } };
};
