import type { Call, Delivery } from './deliver';
import { failure, json, type Answer, type Json, type Request } from './documents';

interface Stored {
  config: Json;
  readonly created: number;
  updated: number;
}

/** The channels of Notifications, and how they are called. */
export class Channels {
  /** `host_deny_list`: hosts that may not be called. */
  readonly denied = new Set<string>();
  private readonly stored = new Map<string, Stored>();

  constructor(
    private readonly now: () => number,
    private readonly deliver: (call: Call) => Promise<Delivery>,
  ) {}

  get ids(): readonly string[] {
    return [...this.stored.keys()];
  }

  /** Headers of a channel as everybody who may read channels sees them. */
  headersOf(id: string): Readonly<Record<string, string>> {
    return json(json(this.stored.get(id)?.config.webhook).header_params) as Readonly<Record<string, string>>;
  }

  /** Sends a message through a channel; a sentence says why it could not be sent at all. */
  async post(id: string, body: string): Promise<Delivery | string> {
    const found = this.stored.get(id);
    if (!found) return `Unable to find a Notification Channel or Destination config with id [${id}]`;
    if (found.config.is_enabled === false) return 'For input string: "LOCKED"';
    const { url, header_params, method = 'POST' } = json(found.config.webhook);
    if (this.denied.has(new URL(String(url)).hostname)) {
      const text =
        'Webhook message creation failed with status:Host of url is denied, based on plugin setting [notification.core.http.host_deny_list]';
      return { status: 400, text, ok: false, tries: 0 };
    }
    const headers = json(header_params) as Readonly<Record<string, string>>;
    return this.deliver({ url: String(url), method: String(method), headers, body });
  }

  async answer({ method, body }: Request, rest: string): Promise<Answer | undefined> {
    if (method === 'GET' && rest === '/features')
      return {
        status: 200,
        body: { allowed_config_type_list: ['webhook'], plugin_features: { tooltip_support: 'true' } },
      };
    const test = /^\/feature\/test\/([^/]+)$/.exec(rest);
    if (test && method === 'POST') return this.test(decodeURIComponent(test[1] ?? ''));
    const place = /^\/configs(?:\/([^/]+))?$/.exec(rest);
    if (!place) return undefined;
    const id = place[1] === undefined ? undefined : decodeURIComponent(place[1]);
    if (id === undefined) return method === 'POST' ? this.create(body) : this.list();
    switch (method) {
      case 'GET':
        return this.stored.has(id) ? this.listOf([id]) : this.missing(id);
      case 'PUT':
        return this.update(id, body);
      case 'DELETE':
        return this.stored.delete(id)
          ? { status: 200, body: { delete_response_list: { [id]: 'OK' } } }
          : this.missing(id);
      default:
        return undefined;
    }
  }

  private missing(id: string): Answer {
    return failure(404, 'status_exception', `NotificationConfig ${id} not found`);
  }

  private create(body: Json): Answer {
    const id = typeof body.config_id === 'string' ? body.config_id : `channel-${this.stored.size + 1}`;
    if (this.stored.has(id)) return failure(409, 'status_exception', `NotificationConfig ${id} already exists`);
    this.stored.set(id, { config: json(body.config), created: this.now(), updated: this.now() });
    return { status: 200, body: { config_id: id } };
  }

  private update(id: string, body: Json): Answer {
    const found = this.stored.get(id);
    if (!found) return this.missing(id);
    found.config = json(body.config);
    found.updated = this.now();
    return { status: 200, body: { config_id: id } };
  }

  private list(): Answer {
    return this.listOf(this.ids);
  }

  private listOf(ids: readonly string[]): Answer {
    const config_list = ids.flatMap((config_id) => {
      const found = this.stored.get(config_id);
      return found
        ? [{ config_id, last_updated_time_ms: found.updated, created_time_ms: found.created, config: found.config }]
        : [];
    });
    const total = config_list.length;
    return { status: 200, body: { start_index: 0, total_hits: total, total_hit_relation: 'eq', config_list } };
  }

  private async test(id: string): Promise<Answer> {
    if (!this.stored.has(id)) return this.missing(id);
    const sent = await this.post(id, `Test message content body for config id ${id}`);
    const { status, text, ok } = typeof sent === 'string' ? { status: 423, text: sent, ok: false } : sent;
    const name = String(this.stored.get(id)?.config.name);
    const entry = {
      config_id: id,
      config_type: 'webhook',
      config_name: name,
      email_recipient_status: [],
      delivery_status: { status_code: String(status), status_text: text },
    };
    if (ok)
      return {
        status: 200,
        body: {
          event_source: { title: `Test Message Title-${id}`, reference_id: id, severity: 'info', tags: [] },
          status_list: [entry],
        },
      };
    return failure(
      status >= 300 && status < 400 ? 500 : status,
      'status_exception',
      JSON.stringify({ event_status_list: [entry] }),
    );
  }
}
