export interface OpenSearchAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What OpenSearch says went wrong, of a whole request or of one item of a bulk. */
export interface Fault {
  /** Such as `version_conflict_engine_exception`; "" if it does not say. */
  readonly type: string;
  readonly text: string;
}

const MOST_TEXT = 500;

/** Reads `{error: {type, reason}}`, which both whole answers and items have. */
export const faultOf = (body: unknown): Fault => {
  const { error } = (body ?? {}) as { error?: unknown };
  if (typeof error === 'string') return { type: '', text: error.slice(0, MOST_TEXT) };
  const { type, reason } = (error ?? {}) as { type?: unknown; reason?: unknown };
  const named = typeof type === 'string' ? type : '';
  return {
    type: named,
    text: `${named}: ${typeof reason === 'string' ? reason : 'no reason given'}`.slice(0, MOST_TEXT),
  };
};

/** Answers that mean "not now" although their status says otherwise. */
const BLOCKED: ReadonlySet<string> = new Set(['cluster_block_exception', 'index_closed_exception']);

/**
 * True if OpenSearch cannot, or may not, do this now: what was asked may be asked again, and of a write nothing is
 * known. Missing permissions count as such, so that Reflex stands still instead of failing (INV-13).
 */
export const isUnavailable = (status: number, type: string): boolean =>
  status >= 500 || status < 200 || [401, 403, 408, 429].includes(status) || BLOCKED.has(type);

export const isMissingIndex = ({ status, body }: OpenSearchAnswer): boolean =>
  status === 404 && faultOf(body).type === 'index_not_found_exception';

/** For answers that this code did not expect: a bug, or a server that is none of those it knows. */
export const unexpected = (what: string, { status, body }: OpenSearchAnswer): Error =>
  new Error(`${what}: OpenSearch answered ${status}: ${faultOf(body).text}`);
