import { StoreUnavailable, type ClusterTransport } from '../../../server/runner/ports';
import { acknowledge, asDetectors, type StoredAlert } from './acknowledge';
import { Channels } from './channels';
import { deliver, sendByHttp, type Delivery, type Send } from './deliver';
import { executeInline } from './execute';
import { Documents, json, type Answer, type Json, type Request } from './documents';
import { RenderFailed, renderTemplate, type Context } from './render';

/*
 * Alerting, Security Analytics and Notifications of OpenSearch 3.4 as far as Reflex uses them: the answers, versions,
 * conflicts and errors of `alerting-samples`, kept in memory. For tests only.
 */

export interface CoreOptions {
  readonly send?: Send;
  readonly wait?: (ms: number) => Promise<void>;
  readonly now?: () => number;
}

/** What became of one action of a run. */
interface ActionResult {
  readonly actionId: string;
  readonly message?: string;
  readonly error?: string;
  readonly delivery?: Delivery;
}

const MOST_ACTIONABLE = 50;

/** What the visual editor keeps of a monitor is told to Dashboards alone. */
const hiddenFrom = ({ headers = {} }: Request): readonly string[] =>
  (headers['user-agent'] ?? '').includes('OpenSearch-Dashboards') ? [] : ['ui_metadata'];

const noHandler = ({ method, path }: Request): Answer => ({
  status: 400,
  body: { error: `no handler found for uri [${path}] and method [${method}]` },
});

interface Action {
  readonly id: string;
  readonly destination: string;
  readonly template: string;
  readonly perAlert: boolean;
}

const actionOf = (action: Json): Action => ({
  id: String(action.id),
  destination: String(action.destination_id),
  template: String(json(action.message_template).source),
  perAlert: 'per_alert' in json(json(action.action_execution_policy).action_execution_scope),
});

const insideOf = (trigger: Json): Json => {
  const [only = '', ...others] = Object.keys(trigger);
  return others.length === 0 && only.endsWith('_trigger') ? json(trigger[only]) : trigger;
};

export class AlertingCore {
  /** Plugins that are there; without one its routes are unknown. */
  readonly installed = { alerting: true, notifications: true, security_analytics: true };
  /** Beginnings of paths that the user may not call, with the method: `PUT /_plugins/_alerting`. */
  readonly forbidden = new Set<string>();
  /** True while OpenSearch does not answer. */
  away = false;
  /** Documents of alert indices, for searches by monitor. */
  readonly alerts: StoredAlert[] = [];
  /** Every request, in order. */
  readonly requests: Request[] = [];
  readonly monitors: Documents;
  readonly detectors: Documents;
  readonly channels: Channels;
  private readonly send: Send;
  private readonly wait: (ms: number) => Promise<void>;
  readonly now: () => number;

  constructor({ send = sendByHttp, wait, now = Date.now }: CoreOptions = {}) {
    this.send = send;
    this.wait = wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.now = now;
    this.monitors = new Documents(now);
    this.detectors = new Documents(now);
    this.channels = new Channels(now, (call) => deliver(call, this.send, this.wait));
  }

  /** Undefined for what is not of these plugins. */
  async answer(request: Request): Promise<Answer | undefined> {
    const { method, path } = request;
    const plugin = /^\/_plugins\/_(alerting|notifications|security_analytics)(\/.*)$/.exec(path);
    if (!plugin) return undefined;
    const [, name = '', rest = ''] = plugin;
    this.requests.push(request);
    if (!this.installed[name as keyof AlertingCore['installed']]) return noHandler(request);
    if ([...this.forbidden].some((start) => `${method} ${path}`.startsWith(start)))
      return { status: 403, body: { error: { type: 'security_exception', reason: `no permissions for [${name}]` } } };
    if (name === 'alerting' && rest === '/monitors/_execute' && request.method === 'POST')
      return executeInline(request, this.channels, this.now());
    const known =
      name === 'alerting'
        ? this.alerting(request, rest)
        : name === 'notifications'
          ? await this.channels.answer(request, rest)
          : this.securityAnalytics(request, rest);
    return known ?? noHandler(request);
  }

  /** The transport of a cluster that has only these plugins. */
  transport(): ClusterTransport {
    return {
      request: async ({ method, path, querystring = {}, body = {}, headers = {} }, { anyAnswer = false } = {}) => {
        if (this.away) throw new StoreUnavailable('OpenSearch is away');
        const query = Object.fromEntries(Object.entries(querystring).map(([key, value]) => [key, String(value)]));
        const plain = JSON.parse(JSON.stringify(body)) as Json;
        const answer =
          (await this.answer({ method, path, query, body: plain, headers })) ?? this.searchAlerts(path, plain);
        const found = answer ?? { status: 404, body: { error: { type: 'index_not_found_exception', reason: path } } };
        if (!anyAnswer && (found.status >= 500 || found.status === 403)) throw new StoreUnavailable('not now');
        return JSON.parse(JSON.stringify(found)) as Answer;
      },
    };
  }

  private searchAlerts(path: string, body: Json): Answer | undefined {
    if (!/^\/\.(opendistro-alerting|opensearch-sap)[^/]*\/_search$/.test(path)) return undefined;
    const hits = this.alerts.filter(({ _source }) => JSON.stringify(body).includes(JSON.stringify(_source.monitor_id)));
    return { status: 200, body: { hits: { total: { value: hits.length, relation: 'eq' }, hits } } };
  }

  /**
   * Runs the actions of one trigger with a context, one after the other, as a monitor's run does: an action per alert
   * becomes one for all when there are more than 50.
   */
  async run(monitorId: string, triggerId: string, ctx: Context): Promise<readonly ActionResult[]> {
    const document = this.monitors.read(monitorId) ?? this.detectors.read(monitorId);
    const triggers = (json(document?.body).triggers ?? []) as readonly Json[];
    const trigger = triggers.map(insideOf).find(({ id }) => id === triggerId);
    const results: ActionResult[] = [];
    for (const action of ((trigger?.actions ?? []) as readonly Json[]).map(actionOf)) {
      const alerts = (ctx.alerts ?? ctx.newAlerts ?? []) as readonly Json[];
      const each = action.perAlert && alerts.length <= MOST_ACTIONABLE;
      const contexts = each
        ? alerts.map((alert) => ({ ...ctx, ...(ctx.alerts ? { alerts: [alert] } : { newAlerts: [alert] }) }))
        : [ctx];
      for (const context of contexts) results.push(await this.act(action, context));
    }
    return results;
  }

  private async act({ id: actionId, destination, template }: Action, ctx: Context): Promise<ActionResult> {
    let message: string;
    try {
      message = renderTemplate(template, ctx);
    } catch (cause) {
      if (cause instanceof RenderFailed) return { actionId, error: cause.message };
      throw cause;
    }
    const sent = await this.channels.post(destination, message);
    return typeof sent === 'string' ? { actionId, message, error: sent } : { actionId, message, delivery: sent };
  }

  private alerting(request: Request, rest: string): Answer | undefined {
    const { method, query } = request;
    if (rest === '/monitors/_search' && (method === 'POST' || method === 'GET')) return this.monitors.search(request);
    const alerts = /^\/(monitor|workflow)s\/([^/]+)\/_acknowledge\/alerts$/.exec(rest);
    if (alerts && method === 'POST')
      return this.acknowledge(request, alerts[1] ?? '', decodeURIComponent(alerts[2] ?? ''));
    const place = /^\/(monitors|workflows)(?:\/([^/]+))?$/.exec(rest);
    if (!place) return undefined;
    const name = place[1] === 'workflows' ? 'workflow' : 'monitor';
    const id = place[2] === undefined ? undefined : decodeURIComponent(place[2]);
    if (id === undefined) {
      return method === 'POST' ? this.monitors.create(name, { ...request.body, type: name }) : undefined;
    }
    if (method === 'GET') return this.monitors.get(name, id, { hidden: hiddenFrom(request) });
    if (method === 'DELETE') return this.monitors.remove(id);
    if (method !== 'PUT') return undefined;
    const { alerts_index } = json(request.body.data_sources);
    if (alerts_index !== undefined && alerts_index !== '.opendistro-alerting-alerts')
      return {
        status: 400,
        body: { error: { type: 'alerting_exception', reason: 'Custom Data Sources are not allowed.' }, status: 400 },
      };
    return this.monitors.update(name, id, {
      body: { ...request.body, type: name },
      ...(query.if_seq_no === undefined ? {} : { ifSeqNo: Number(query.if_seq_no) }),
    });
  }

  private acknowledge({ body }: Request, kind: string, id: string): Answer {
    const isIts = (source: Json): boolean => source[`${kind}_id`] === id;
    return { status: 200, body: acknowledge(this.alerts, { body, isIts, now: this.now() }) };
  }

  private acknowledgeOfDetector({ body }: Request, id: string): Answer {
    const monitors = json(this.detectors.read(id)?.body).monitor_id as readonly string[] | undefined;
    const isIts = (source: Json): boolean => monitors?.includes(String(source.monitor_id)) === true;
    const done = acknowledge(this.alerts, { body, isIts, now: this.now() });
    return { status: 200, body: asDetectors(this.alerts, done, id) };
  }

  private securityAnalytics(request: Request, rest: string): Answer | undefined {
    const { method } = request;
    if (method === 'POST' && rest === '/detectors/_search') return this.detectors.search(request);
    if (method === 'POST' && /^\/(threat_intel\/monitors|correlation\/rules)\/_search$/.test(rest))
      return new Documents(this.now).search(request);
    const alerts = /^\/detectors\/([^/]+)\/_acknowledge\/alerts$/.exec(rest);
    if (alerts && method === 'POST') return this.acknowledgeOfDetector(request, decodeURIComponent(alerts[1] ?? ''));
    const place = /^\/detectors(?:\/([^/]+))?$/.exec(rest);
    if (!place) return undefined;
    const id = place[1] === undefined ? undefined : decodeURIComponent(place[1]);
    if (id === undefined) return method === 'POST' ? this.detectors.create('detector', request.body) : undefined;
    if (method === 'GET') return this.detectors.get('detector', id, { hidden: ['monitor_id'] });
    return method === 'PUT' ? this.detectors.update('detector', id, { body: request.body }) : undefined;
  }
}
