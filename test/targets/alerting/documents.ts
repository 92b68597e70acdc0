export type Json = Readonly<Record<string, unknown>>;

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export const json = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

export const failure = (status: number, type: string, reason: string): Answer => ({
  status,
  body: { error: { root_cause: [{ type, reason }], type, reason }, status },
});

interface Stored {
  body: Json;
  version: number;
  seqNo: number;
}

/** What the API adds to each trigger's actions and keeps of the rest. */
const kept = (body: Json, now: number): Json => ({ enabled: true, owner: 'alerting', ...body, last_update_time: now });

/** Monitors, workflows or detectors with their versions. */
export class Documents {
  private readonly stored = new Map<string, Stored>();
  private seqNo = -1;
  private made = 0;

  constructor(private readonly now: () => number) {}

  read(id: string): Stored | undefined {
    return this.stored.get(id);
  }

  /** Puts one there as somebody else would, past the API. */
  put(id: string, body: Json): void {
    const before = this.stored.get(id);
    this.stored.set(id, { body, version: (before?.version ?? 0) + 1, seqNo: (this.seqNo += 1) });
  }

  create(name: string, body: Json): Answer {
    const id = `${name}-${(this.made += 1)}`;
    this.put(id, kept(body, this.now()));
    return { status: 201, body: this.view(name, id) };
  }

  get(name: string, id: string, { hidden = [] }: { readonly hidden?: readonly string[] } = {}): Answer {
    const stored = this.stored.get(id);
    const isWorkflow = stored?.body.type === 'workflow';
    if (!stored || (name === 'workflow' && !isWorkflow))
      return failure(404, 'alerting_exception', `${name} not found.`);
    // As 3.5 answers: it takes what it parsed for a monitor.
    if (name === 'monitor' && isWorkflow)
      return failure(500, 'class_cast_exception', 'class Workflow cannot be cast to class Monitor');
    const view = this.view(name, id);
    const shown = Object.fromEntries(Object.entries(json(view[name])).filter(([key]) => !hidden.includes(key)));
    return { status: 200, body: { ...view, [name]: shown } };
  }

  update(name: string, id: string, { body, ifSeqNo }: { readonly body: Json; readonly ifSeqNo?: number }): Answer {
    const before = this.stored.get(id);
    if (!before) return failure(404, 'alerting_exception', `${name} with ${id} is not found`);
    if (ifSeqNo !== undefined && ifSeqNo !== before.seqNo) {
      const reason = `[${id}]: version conflict, required seqNo [${ifSeqNo}], primary term [1]. current document has seqNo [${before.seqNo}] and primary term [1]`;
      return failure(409, 'alerting_exception', reason);
    }
    // A detector keeps what its API does not take.
    const { monitor_id } = before.body;
    this.put(id, { ...kept(body, this.now()), ...(monitor_id === undefined ? {} : { monitor_id }) });
    return { status: 200, body: this.view(name, id) };
  }

  remove(id: string): Answer {
    const before = this.stored.get(id);
    if (!before) return failure(404, 'alerting_exception', `Monitor with ${id} is not found`);
    this.stored.delete(id);
    return { status: 200, body: { _id: id, _version: before.version + 1 } };
  }

  search({ body }: Pick<Request, 'body'>): Answer {
    const size = typeof body.size === 'number' ? body.size : 10;
    const ids = json(json(body.query).ids).values as readonly string[] | undefined;
    const found = [...this.stored].filter(([id]) => ids === undefined || ids.includes(id));
    const hits = found.slice(0, size).map(([_id, { body: _source, version, seqNo }]) => ({
      _index: '.opendistro-alerting-config',
      _id,
      _version: version,
      _seq_no: seqNo,
      _primary_term: 1,
      _score: 1,
      _source,
    }));
    return {
      status: 200,
      body: { took: 1, timed_out: false, hits: { total: { value: found.length, relation: 'eq' }, hits } },
    };
  }

  private view(name: string, id: string): Json {
    const { body, version, seqNo } = this.stored.get(id) ?? { body: {}, version: 0, seqNo: 0 };
    const numbers = name === 'detector' ? {} : { _seq_no: seqNo, _primary_term: 1 };
    return { _id: id, _version: version, ...numbers, [name]: body };
  }
}
