import { randomUUID } from 'crypto';
import type { ClusterTransport } from '../../../server/runner/ports';
import { AlertIndices, alertSource, executionOf, placesOf, type Run, type Trigger } from './alert_indices';
import type { AlertingCore } from './alerting_core';
import { fires } from './condition';
import { documentAlert, documentContext, queryContext, workflowContext, type Firing } from './contexts';
import { json, type Json } from './documents';
import { alertsOf, findDocuments, InputFailed, searched, storeFindings, type Checkpoints } from './document_run';

/*
 * Runs of monitors, as Alerting 3.4 and 3.5 were seen to make them: what a monitor finds in the indices of a real
 * OpenSearch becomes findings, messages and alerts there. Bucket-level monitors are not among them.
 */

type OwnTrigger = Trigger & { readonly condition: string };

interface Open {
  readonly id: string;
  readonly source: Json;
}

/** Alerts that a run wrote, by their ids. */
type Written = readonly string[];

const triggersOf = (monitor: Json): readonly OwnTrigger[] =>
  ((monitor.triggers ?? []) as readonly Json[]).map((outer) => {
    const { id, name, severity, condition } = json(Object.values(outer)[0]);
    return {
      id: String(id),
      name: String(name),
      severity: String(severity),
      condition: String(json(json(condition).script).source),
    };
  });

export class Runs {
  readonly indices: AlertIndices;
  private readonly checkpoints: Checkpoints = new Map();
  /** Alerts in the index of active ones, by what raised them. */
  private readonly open = new Map<string, Open>();

  constructor(
    private readonly core: AlertingCore,
    private readonly cluster: Pick<ClusterTransport, 'request'>,
  ) {
    this.indices = new AlertIndices(cluster);
  }

  /** Runs a monitor, or a composite monitor with its delegates, once. */
  async run(id: string): Promise<Written> {
    const monitor = this.core.monitors.read(id)?.body;
    if (monitor === undefined) throw new Error(`there is no monitor ${id}`);
    await this.indices.make(monitor);
    const at = this.core.now();
    const run = { monitorId: id, monitor, at, executionId: executionOf(id, at) };
    return monitor.type === 'workflow' ? this.composite(run) : this.monitor(run);
  }

  private monitor(run: Run): Promise<Written> {
    const { monitor_type: kind } = run.monitor;
    if (kind === 'doc_level_monitor') return this.byDocument(run);
    if (kind === 'query_level_monitor') return this.byQuery(run);
    throw new Error(`runs of a ${String(kind)} are not made here`);
  }

  private firing({ monitorId, monitor, at }: Run, trigger: Trigger): Firing {
    return { monitorId, body: monitor, trigger, at };
  }

  /** Findings first, then messages, then alerts: who is killed in between has told of alerts that never come. */
  private async byDocument(run: Run): Promise<Written> {
    const { monitorId, monitor } = run;
    const places = placesOf(monitor);
    let found;
    try {
      found = await findDocuments(this.cluster, run, this.checkpoints);
    } catch (cause) {
      if (cause instanceof InputFailed) return this.failed(run, cause.message);
      throw cause;
    }
    await this.recovered(run);
    await storeFindings(this.indices, run, found);
    const written: string[] = [];
    for (const trigger of triggersOf(monitor)) {
      const alerts = alertsOf(run, trigger, found);
      const told = alerts.map(({ id, source, queries }) =>
        documentAlert(id, (source.related_doc_ids as readonly string[]).join(','), {
          finding_ids: (source.finding_ids as readonly string[]).join(','),
          severity: trigger.severity,
          start_time: run.at,
          associated_queries: queries,
        }),
      );
      if (alerts.length > 0)
        await this.core.run(monitorId, trigger.id, documentContext(this.firing(run, trigger), told));
      for (const { id, source } of alerts) {
        const index = run.workflowId === undefined ? places.alerts : places.history;
        await this.indices.store(index, id, source, monitorId);
        written.push(id);
      }
    }
    return written;
  }

  /** A monitor whose input cannot be read raises an alert of a trigger that nobody wrote. */
  private async failed(run: Run, message: string): Promise<Written> {
    const { monitorId, monitor } = run;
    const known = this.open.get(`${monitorId} error`);
    const id = known?.id ?? `error-alert-${monitorId}-${randomUUID()}`;
    const trigger = { id: randomUUID(), name: 'NoOp trigger', severity: '' };
    const source = known?.source ?? alertSource(run, trigger, { id, state: 'ERROR', error_message: message });
    this.open.set(`${monitorId} error`, { id, source });
    await this.indices.store(placesOf(monitor).alerts, id, { ...source, last_notification_time: run.at }, monitorId);
    return [];
  }

  /** The next good run moves it, still in error but with an end. */
  private async recovered({ monitorId, monitor, at }: Run): Promise<void> {
    const known = this.open.get(`${monitorId} error`);
    if (known === undefined) return;
    this.open.delete(`${monitorId} error`);
    const { alerts, history } = placesOf(monitor);
    await this.indices.store(history, known.id, { ...known.source, end_time: at }, monitorId);
    await this.indices.remove(alerts, known.id, monitorId);
  }

  /** What the condition says of what the query found; an error is Alerting's own sentence. */
  private async judged({ monitor, at }: Run, condition: string): Promise<boolean | Error> {
    const [input] = monitor.inputs as readonly Json[];
    const { indices, query } = json(json(input).search);
    const [index = ''] = indices as readonly string[];
    const body = JSON.parse(
      JSON.stringify(query)
        .replaceAll('{{period_end}}', String(at))
        .replaceAll('{{period_start}}', String(at - 60_000)),
    ) as Json;
    let results: readonly Json[];
    try {
      results = [await searched(this.cluster, index, body)];
    } catch (cause) {
      if (cause instanceof InputFailed) return new Error(`Failed fetching inputs:\n[${index}] ${cause.message}`);
      throw cause;
    }
    try {
      return fires(condition, { ctx: { results } });
    } catch {
      return new Error('Failed evaluating trigger:\nScriptException[runtime error]');
    }
  }

  private async byQuery(run: Run): Promise<Written> {
    const written: string[] = [];
    for (const trigger of triggersOf(run.monitor)) {
      const judged = await this.judged(run, trigger.condition);
      const id = await (run.workflowId === undefined
        ? this.alertOfQuery(run, trigger, judged)
        : this.auditOfQuery(run, trigger, judged));
      if (id !== undefined) written.push(id);
    }
    return written;
  }

  /** Of a delegate only an entry in the history is left, and no message. */
  private async auditOfQuery(run: Run, trigger: Trigger, judged: boolean | Error): Promise<string | undefined> {
    if (judged !== true) return undefined;
    const id = randomUUID();
    await this.indices.store(
      placesOf(run.monitor).history,
      id,
      alertSource(run, trigger, { state: 'AUDIT' }),
      run.monitorId,
    );
    return id;
  }

  /** The message comes before the alert, which is written anew in each run that fires. */
  private async alertOfQuery(run: Run, trigger: Trigger, judged: boolean | Error): Promise<string | undefined> {
    const { monitorId, monitor, at } = run;
    const key = `${monitorId} ${trigger.id}`;
    const known = this.open.get(key);
    const { alerts, history } = placesOf(monitor);
    if (judged === false) {
      if (known === undefined) return undefined;
      this.open.delete(key);
      const over = { state: 'COMPLETED', end_time: at, error_message: null };
      await this.indices.store(history, known.id, { ...known.source, ...over }, monitorId);
      await this.indices.remove(alerts, known.id, monitorId);
      return undefined;
    }
    const error = judged instanceof Error ? judged.message : undefined;
    const firing = { ...this.firing(run, trigger), ...(error === undefined ? {} : { error }) };
    const told = known === undefined ? undefined : { ...known.source, id: known.id };
    const results = await this.core.run(monitorId, trigger.id, queryContext(firing, told));
    const unsent = results.find((result) => result.error !== undefined || result.delivery?.ok === false);
    const failure = error ?? (unsent === undefined ? undefined : `Failed running action:\n${unsent.error ?? ''}`);
    const id = known?.id ?? randomUUID();
    const source = {
      ...(known?.source ?? alertSource(run, trigger)),
      // Its own id is empty at the first write.
      id: known === undefined ? '' : id,
      state: failure === undefined ? 'ACTIVE' : 'ERROR',
      error_message: failure ?? null,
      last_notification_time: at,
    };
    this.open.set(key, { id, source });
    await this.indices.store(alerts, id, source, monitorId);
    return id;
  }

  /** Delegates run in their order and write into the history; the composite alone raises an alert. */
  private async composite(run: Run): Promise<Written> {
    const { monitorId, monitor, at, executionId } = run;
    const [input] = monitor.inputs as readonly Json[];
    const delegates = json(json(json(input).composite_input).sequence).delegates as readonly Json[];
    const fired = new Map<string, Written>();
    for (const { monitor_id } of [...delegates].sort((a, b) => Number(a.order) - Number(b.order))) {
      const id = String(monitor_id);
      const body = this.core.monitors.read(id)?.body ?? {};
      await this.indices.make(body);
      const ids = await this.monitor({ monitorId: id, monitor: body, at, executionId, workflowId: monitorId });
      if (ids.length > 0) fired.set(id, ids);
    }
    const written: string[] = [];
    for (const trigger of triggersOf(monitor)) {
      const key = `${monitorId} ${trigger.id}`;
      if (!fires(trigger.condition, { monitors: [...fired.keys()] })) continue;
      await this.core.run(monitorId, trigger.id, workflowContext(this.firing(run, trigger)));
      const known = this.open.get(key);
      const id = known?.id ?? randomUUID();
      const own = {
        id,
        monitor_id: '',
        monitor_name: '',
        monitor_version: -1,
        workflow_id: monitorId,
        workflow_name: monitor.name,
        associated_alert_ids: [...fired.values()].flat(),
      };
      const source = { ...(known?.source ?? alertSource(run, trigger, own)), last_notification_time: at };
      this.open.set(key, { id, source });
      await this.indices.store(placesOf({}).alerts, id, source, monitorId);
      written.push(id);
    }
    return written;
  }
}
