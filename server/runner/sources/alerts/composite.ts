import { noticeFromIndex, type AlertNotice } from '../../../engine/intake/alert_notice';
import { commonEntities } from '../../../engine/intake/common_entities';
import type { RelatedDocument } from '../../ports';
import type { AlertSource } from './alert_source';
import { referenceOf } from './references';

/* The alert of a composite monitor names those of its delegates, and they the documents or buckets that were found. */

/** What a composite monitor fired for. */
export interface Behind {
  /** Documents that its delegates found. */
  readonly documents: readonly RelatedDocument[];
  /** What all delegates that fired name, by ECS names. */
  readonly common: Readonly<Record<string, unknown>>;
}

type Found = ReadonlyArray<Behind['common']>;

const NOTHING: Behind = { documents: [], common: {} };

/** Alerts of one delegate together. */
const byMonitor = (notices: readonly AlertNotice[]): ReadonlyArray<readonly AlertNotice[]> => {
  const groups = new Map<string, AlertNotice[]>();
  for (const notice of notices) {
    const group = groups.get(notice.monitorId) ?? [];
    group.push(notice);
    groups.set(notice.monitorId, group);
  }
  return [...groups.values()];
};

/**
 * Looks up what the delegates of a composite monitor found.
 *
 * @throws StoreUnavailable
 */
export const behindComposite = async (
  { reader }: Pick<AlertSource, 'reader'>,
  { associatedAlerts: ids = [] }: AlertNotice,
): Promise<Behind> => {
  if (ids.length === 0) return NOTHING;
  const notices = (await reader.alerts({ ids })).map(({ id, source }) => noticeFromIndex(id, source));
  // One that cannot be found may have named something else: what all others share is then not what all share.
  if (new Set(notices.map(({ alertId }) => alertId)).size < new Set(ids).size) return NOTHING;
  const wanted = notices.flatMap(({ relatedDocuments }) => relatedDocuments.map(referenceOf));
  const documents = wanted.length === 0 ? [] : await reader.documents(wanted);
  const known = new Map(documents.map((document) => [`${document.id}|${document.index}`, document.source]));
  const foundBy = ({ relatedDocuments, bucket }: AlertNotice): Found => [
    ...(bucket === undefined ? [] : [bucket]),
    ...relatedDocuments.map((key) => known.get(key) ?? {}),
  ];
  const found = byMonitor(notices).map((group) => group.flatMap(foundBy));
  return { documents, common: commonEntities(found) };
};
