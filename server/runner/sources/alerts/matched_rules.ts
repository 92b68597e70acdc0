import type { AlertNotice } from '../../../engine/intake/alert_notice';
import { isFinding, monitorOfFinding, queriesOfFinding } from '../../../engine/intake/finding_notice';
import type { AlertReader } from '../../ports';

const isWithoutRules = ({ level, queries, findingIds }: AlertNotice): boolean =>
  level === 'document' && queries.length === 0 && findingIds.length > 0;

/**
 * Alerts with the rules that found their documents. An alert in its index names only its finding; the rules, with the
 * tags that policies ask for, stand there. So an alert says the same whether it or its finding is read first.
 *
 * @throws StoreUnavailable
 */
export const withMatchedRules = async (
  { findings: read }: Pick<AlertReader, 'findings'>,
  notices: readonly AlertNotice[],
): Promise<readonly AlertNotice[]> => {
  const ids = new Set(notices.filter(isWithoutRules).flatMap(({ findingIds }) => findingIds));
  if (ids.size === 0) return notices;
  const findings = new Map((await read([...ids])).map(({ id, source }) => [id, source] as const));
  return notices.map((notice) => {
    if (!isWithoutRules(notice)) return notice;
    const queries = notice.findingIds.flatMap((id) => {
      const source = findings.get(id) ?? {};
      return isFinding(source) && monitorOfFinding(source) === notice.monitorId ? queriesOfFinding(source) : [];
    });
    return { ...notice, queries };
  });
};
