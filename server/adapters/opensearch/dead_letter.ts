import { maskedOriginal } from '../../../common/codec/mask';
import type { EvidenceEntry } from '../../runner/ports';

const MOST_TEXT = 250_000;

const intakeOf = (body: EvidenceEntry['body'], family: string): unknown => {
  const { intake } = (body.event ?? {}) as { readonly intake?: unknown };
  return intake ?? { type: 'detector', id: `reflex-${family}` };
};

const ownersOf = (body: EvidenceEntry['body']): { readonly owners?: unknown } => {
  const { owners } = (body.event ?? {}) as { readonly owners?: unknown };
  return owners === undefined ? {} : { owners };
};

/**
 * What is filed instead of a record that OpenSearch will not have: its words as text, where nothing of it is mapped. It
 * has the record's own time and a name that follows from the record, so that a repetition changes nothing.
 */
export const deadLetterOf = (refused: EvidenceEntry, why: string, most = MOST_TEXT): EvidenceEntry => {
  const { family, id, at, body } = refused;
  return {
    family: 'quarantine',
    id: `refused:${family}:${id}`.slice(0, 500),
    at,
    body: {
      ...ownersOf(body),
      reason: 'record_refused',
      intake: intakeOf(body, family),
      fields: [{ path: family, message: `OpenSearch refused this record: ${why}` }],
      original: maskedOriginal(JSON.stringify({ family, id, at, body })).slice(0, most),
    },
  };
};
