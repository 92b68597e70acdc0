import { iso } from '../../common/iso';
import type { AlertDocument, AlertReader, RelatedDocument } from '../../server/runner/ports';
import { StoreUnavailable } from '../../server/runner/ports';
import type { Dice } from '../fakes/scheduler';
import { EPOCH } from './world';

/*
 * OpenSearch Alerting as it was seen to behave, faults included: messages that are lost or come before their alert,
 * alerts that are never stored, new ids for the same thing after a crash. Truth is kept beside it.
 */

type Source = Record<string, unknown>;

interface Stored {
  readonly id: string;
  readonly index: string;
  readonly source: Source;
  readonly seqNo: number;
}

export const EVERY_MS = 10_000;
/** Somebody has read what stood in an index for so long, even if the agent that reads has to be replaced, ms. */
const READ_AFTER_MS = 60_000;
const ACTIVE = 'alerts';
const HISTORY = 'alerts-history';
const FINDINGS = 'findings';
const LOGS = 'logs';

/** One thing that really happened and must become exactly one case. */
export interface Happening {
  readonly monitor: 'query' | 'bucket' | 'document';
  readonly name: string;
  /** False where no trace of it was left: no message arrived and nothing was stored, or not for long enough. */
  traced: boolean;
  /** A message about it was taken. */
  told?: boolean;
}

/** What goes wrong, as shares. */
export interface AlertingFaults {
  readonly messageLost: number;
  /** The index of active alerts takes no writes in a run. */
  readonly blocked: number;
  /** The history takes no writes when an alert is over: it is nowhere then. */
  readonly historyBlocked: number;
  /** The node dies between message and alert; the next run finds the same documents again. */
  readonly crash: number;
  /** A bucket-level monitor does not see that an alert is there already. */
  readonly forgets: number;
}

const monitorBody = (level: string, trigger: object, inputs: readonly object[]): Source => ({
  name: `a ${level} monitor`,
  monitor_type: `${level}_level_monitor`,
  schedule: { period: { interval: EVERY_MS / 1_000, unit: 'SECONDS' } },
  inputs,
  triggers: [trigger],
});

const search = {
  search: {
    indices: [LOGS],
    query: {
      query: { match_all: {} },
      aggs: { c: { composite: { sources: [{ 'source.ip': { terms: { field: 'source.ip' } } }] } } },
    },
  },
};

export const MONITORS: Readonly<Record<string, Source>> = {
  query: monitorBody('query', { query_level_trigger: { id: 't', name: 'trigger', severity: '1' } }, [search]),
  bucket: monitorBody('bucket', { bucket_level_trigger: { id: 't', name: 'trigger', severity: '2' } }, [search]),
  document: monitorBody(
    'doc',
    {
      document_level_trigger: {
        id: 't',
        name: 'trigger',
        severity: '3',
        condition: { script: { source: 'query[name=q]' } },
      },
    },
    [{ doc_level_input: { indices: [LOGS], queries: [{ id: 'q', name: 'q', tags: [] }] } }],
  ),
};

export class FakeAlerting {
  readonly happenings: Happening[] = [];
  private readonly stored = new Map<string, Stored>();
  private readonly numbers = new Map<string, number>();
  /** What is on now, by monitor and bucket. */
  private readonly on = new Map<string, { happening: Happening; alertIds: string[] }>();
  /** Documents that no run has dealt with yet. */
  private fresh: Array<{ readonly id: string; readonly happening: Happening }> = [];
  private documents = 0;

  constructor(
    private readonly dice: Dice,
    private readonly faults: AlertingFaults,
    private readonly now: () => number,
    /** Sends a message; false if it was not taken. */
    private readonly send: (text: string) => Promise<boolean>,
    private readonly wait: (ms: number) => Promise<void>,
  ) {}

  /** One run of every monitor, after the world has changed. */
  async run(): Promise<void> {
    for (const key of ['query|', 'bucket|203.0.113.1', 'bucket|203.0.113.2']) this.turn(key);
    for (let n = this.dice.whole(0, 2); n > 0; n -= 1) this.newDocument();
    const blocked = this.dice.chance(this.faults.blocked);
    await this.runQuery(blocked);
    await this.runBuckets(blocked);
    await this.runDocuments(blocked);
  }

  reader(lost: () => boolean): AlertReader {
    const ask = async <Answer>(answer: () => Answer): Promise<Answer> => {
      await this.wait(this.dice.between(1, 30));
      if (lost()) throw new StoreUnavailable('no answer');
      return answer();
    };
    const documentOf = ({ id, index, source }: Stored): AlertDocument => ({ id, index, source: { ...source } });
    const all = (index: string): readonly Stored[] =>
      [...this.stored.values()].filter((each) => each.index === index).sort((a, b) => a.seqNo - b.seqNo);
    return {
      patterns: async () => [ACTIVE, HISTORY, FINDINGS],
      now: (patterns) => ask(() => Object.fromEntries(patterns.map((index) => [index, this.numbers.get(index) ?? -1]))),
      since: (patterns, position, most) =>
        ask(() => {
          const alerts: AlertDocument[] = [];
          const next: Record<string, number> = { ...position };
          for (const index of patterns) {
            for (const each of all(index).filter(({ seqNo }) => seqNo > (position[index] ?? -1))) {
              if (alerts.length >= most) break;
              alerts.push(documentOf(each));
              next[index] = each.seqNo;
            }
          }
          return { alerts, position: next };
        }),
      alerts: ({ ids, monitorId, open, startedFrom }) =>
        ask(() =>
          [...all(ACTIVE), ...(open === true ? [] : all(HISTORY))]
            .filter(({ id }) => ids === undefined || ids.includes(id))
            .filter(({ source }) => monitorId === undefined || source.monitor_id === monitorId)
            .filter(({ source }) => startedFrom === undefined || Number(source.start_time) >= startedFrom)
            .map(documentOf),
        ),
      findings: (ids) =>
        ask(() =>
          all(FINDINGS)
            .filter(({ id }) => ids.includes(id))
            .map(documentOf),
        ),
      documents: (wanted) =>
        ask(() =>
          wanted.map(({ index, id }): RelatedDocument => ({
            index,
            id,
            seqNo: Number(id.slice(1)),
            source: { source: { ip: '203.0.113.9' } },
          })),
        ),
      entities: () => ask(() => ({ documents: [], more: false })),
      monitor: (id) =>
        ask(() => {
          const monitor = MONITORS[id];
          return monitor ? { kind: 'found', monitor } : { kind: 'unknown' };
        }),
    };
  }

  private get utc(): number {
    return EPOCH + Math.floor(this.now());
  }

  private put(index: string, id: string, source: Source): void {
    const seqNo = (this.numbers.get(index) ?? -1) + 1;
    this.numbers.set(index, seqNo);
    this.stored.set(`${index}/${id}`, { index, id, seqNo, source });
  }

  /** The condition goes on or off. */
  private turn(key: string): void {
    const is = this.on.get(key);
    if (is === undefined && this.dice.chance(0.4)) {
      const monitor = key.split('|')[0] as Happening['monitor'];
      const happening = { monitor, name: `${key} at ${this.utc}`, traced: false };
      this.happenings.push(happening);
      this.on.set(key, { happening, alertIds: [] });
    } else if (is && is.happening.traced && this.dice.chance(0.3)) {
      this.on.delete(key);
      const left = is.alertIds.map((id) => this.complete(id));
      is.happening.traced = is.happening.told === true || left.includes(true);
    }
  }

  /** Ends an alert; false if nobody may have seen it and nothing is left of it. */
  private complete(id: string): boolean {
    const alert = this.stored.get(`${ACTIVE}/${id}`);
    if (!alert) return false;
    this.stored.delete(`${ACTIVE}/${id}`);
    if (this.dice.chance(this.faults.historyBlocked)) return this.utc - Number(alert.source.start_time) > READ_AFTER_MS;
    this.put(HISTORY, id, { ...alert.source, state: 'COMPLETED', end_time: this.utc });
    return true;
  }

  private newDocument(): void {
    this.documents += 1;
    const happening: Happening = { monitor: 'document', name: `document ${this.documents}`, traced: false };
    this.happenings.push(happening);
    this.fresh.push({ id: `d${this.documents}`, happening });
  }

  private frame(monitor: string): Source {
    return {
      monitor: { _id: monitor, name: 'what a message says is not believed' },
      trigger: { id: 't', name: 'x', severity: '5' },
      period_start: iso(this.utc - EVERY_MS),
      period_end: iso(this.utc),
      error: '',
    };
  }

  private alertOf(monitor: string, overrides: Source): Source {
    return {
      version: -1,
      monitor_id: monitor,
      monitor_name: 'm',
      workflow_id: '',
      trigger_id: 't',
      trigger_name: 'trigger',
      finding_ids: [],
      related_doc_ids: [],
      state: 'ACTIVE',
      error_message: null,
      severity: '1',
      start_time: this.utc,
      last_notification_time: this.utc,
      end_time: null,
      acknowledged_time: null,
      ...overrides,
    };
  }

  private async tell(message: Source, happenings: readonly Happening[]): Promise<void> {
    if (this.dice.chance(this.faults.messageLost)) return;
    if (await this.send(JSON.stringify(message))) for (const each of happenings) each.told = each.traced = true;
  }

  /** The message first, then the alert; the first message has no alert to name. */
  private async runQuery(blocked: boolean): Promise<void> {
    const is = this.on.get('query|');
    if (!is) return;
    const open = is.alertIds.find((id) => this.stored.has(`${ACTIVE}/${id}`));
    await this.tell({ ...this.frame('query'), alert_id: open ?? '' }, [is.happening]);
    await this.wait(this.dice.between(50, 1_000));
    if (blocked || this.on.get('query|') !== is) return;
    const id = open ?? this.dice.uuid();
    if (open === undefined) is.alertIds.push(id);
    const before = this.stored.get(`${ACTIVE}/${id}`)?.source;
    this.put(ACTIVE, id, {
      ...this.alertOf('query', { id: open ?? '' }),
      ...(before ? { start_time: before.start_time } : {}),
    });
    is.happening.traced = true;
  }

  private async runBuckets(blocked: boolean): Promise<void> {
    const firing = [...this.on].filter(([key]) => key.startsWith('bucket|'));
    const alerts: Source[] = [];
    for (const [key, is] of firing) {
      const ip = key.split('|')[1] ?? '';
      const open = is.alertIds.find((id) => this.stored.has(`${ACTIVE}/${id}`));
      const known = open !== undefined && !this.dice.chance(this.faults.forgets) ? open : undefined;
      const id = blocked ? (known ?? '') : (known ?? this.dice.uuid());
      alerts.push({ id, bucket_keys: ip, state: 'ACTIVE', start_time: this.utc });
      if (blocked) continue;
      if (known === undefined) is.alertIds.push(id);
      const content = { parent_bucket_path: 'c', bucket_keys: [ip], bucket: { key: { 'source.ip': ip } } };
      const before = this.stored.get(`${ACTIVE}/${id}`)?.source;
      this.put(
        ACTIVE,
        id,
        this.alertOf('bucket', {
          id,
          agg_alert_content: content,
          ...(before ? { start_time: before.start_time } : {}),
        }),
      );
      is.happening.traced = true;
    }
    if (alerts.length > 0)
      await this.tell(
        { ...this.frame('bucket'), newAlerts: alerts },
        firing.map(([, { happening }]) => happening),
      );
  }

  /** Findings, message, alerts, then the checkpoint; a crash before it does all again under new ids. */
  private async runDocuments(blocked: boolean): Promise<void> {
    const mine = this.fresh;
    if (mine.length === 0) return;
    const alerts = mine.map(({ id, happening }) => {
      const finding = this.dice.uuid();
      this.put(FINDINGS, finding, {
        id: finding,
        related_doc_ids: [id],
        monitor_id: 'document',
        monitor_name: 'm',
        index: LOGS,
        queries: [{ id: 'q', name: 'q', tags: [] }],
        timestamp: this.utc,
      });
      happening.traced = true;
      return { id: this.dice.uuid(), related_doc_ids: `${id}|${LOGS}`, finding_ids: finding, state: 'ACTIVE' };
    });
    await this.tell({ ...this.frame('document'), alerts }, []);
    await this.wait(this.dice.between(50, 500));
    if (this.dice.chance(this.faults.crash)) return;
    if (!blocked)
      for (const { id, related_doc_ids, finding_ids } of alerts)
        this.put(
          ACTIVE,
          id,
          this.alertOf('document', { id, related_doc_ids: [related_doc_ids], finding_ids: [finding_ids] }),
        );
    this.fresh = this.fresh.filter((each) => !mine.includes(each));
  }
}
