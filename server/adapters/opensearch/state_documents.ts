import { present } from '../../../common/present';
import type { OutboxEntry, StateBody, StateDoc, Facets, StateKind } from '../../runner/ports';

/** A state document as `mappings/state.ts` maps it. */
export interface StateSource {
  readonly kind: string;
  readonly write_id: string;
  /** Missing in what 6795c7f wrote. */
  readonly touched?: string;
  readonly session: string;
  readonly owner: string;
  readonly ordinal: number;
  readonly facets: Facets;
  /** JSON; missing if there is none. */
  readonly content?: string;
  /** JSON; missing if it is empty. */
  readonly outbox?: string;
}

/** A document as gets and searches return it. */
export interface StateHit {
  readonly _id: string;
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly _source: StateSource;
}

export const sourceOf = (body: StateBody): StateSource => ({
  kind: body.kind,
  write_id: body.write_id,
  session: body.session,
  owner: body.owner,
  ordinal: body.ordinal,
  facets: body.facets,
  ...present({
    touched: body.touched,
    content: body.content === undefined ? undefined : JSON.stringify(body.content),
    outbox: body.outbox.length === 0 ? undefined : JSON.stringify(body.outbox),
  }),
});

export const docOf = ({
  _id: id,
  _seq_no: seqNo,
  _primary_term: primaryTerm,
  _source: source,
}: StateHit): StateDoc => ({
  id,
  version: { seqNo, primaryTerm },
  kind: source.kind as StateKind,
  write_id: source.write_id,
  session: source.session,
  owner: source.owner,
  ordinal: source.ordinal,
  facets: source.facets,
  content: source.content === undefined ? undefined : (JSON.parse(source.content) as unknown),
  outbox: source.outbox === undefined ? [] : (JSON.parse(source.outbox) as OutboxEntry[]),
  ...present({ touched: source.touched }),
});
