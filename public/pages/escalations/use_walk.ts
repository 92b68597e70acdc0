import { useEffect, useRef, useState } from 'react';
import { useHistory, useLocation, useParams } from 'react-router-dom';
import type { EscalationView } from '../../../common/api/views';
import { filterOfSearch, searchOfFilter, type EscalationFilter } from './escalation_filter';
import { keyOf, pathOfEscalation } from './escalation_key';
import { groupWith, type Group } from './groups';

interface Place {
  /** `case/act` of the address; undefined where it names none. */
  readonly wanted: string | undefined;
  readonly filter: EscalationFilter;
  readonly setFilter: (filter: EscalationFilter) => void;
  readonly show: (escalation: EscalationView | undefined) => void;
}

/** Which escalation and which filter the address says; a link shows another the same. */
export const usePlace = (): Place => {
  const history = useHistory();
  const { search } = useLocation();
  const { caseId, actId } = useParams<{ caseId?: string; actId?: string }>();
  const [filter, setFilter] = useState(() => filterOfSearch(search));
  const go = (pathname: string, by: EscalationFilter): void =>
    history.replace({ pathname, search: searchOfFilter(by) });
  return {
    wanted: caseId && actId ? `${decodeURIComponent(caseId)}/${decodeURIComponent(actId)}` : undefined,
    filter,
    setFilter: (next) => {
      setFilter(next);
      go('/escalations', next);
    },
    show: (escalation) => go(escalation === undefined ? '/escalations' : pathOfEscalation(escalation), filter),
  };
};

interface Walk {
  readonly group: Group | undefined;
  readonly next: (by: number) => Group | undefined;
  /** The one after this whose members are not all among these. */
  readonly after: (answered: ReadonlySet<string>) => Group | undefined;
}

/**
 * The group of the address; else the one that was shown before, so that what comes in meanwhile never slips under
 * somebody's hands; else the first.
 */
export const useWalk = (groups: readonly Group[], wanted: string | undefined): Walk => {
  const before = useRef<string>();
  const lastIndex = useRef(0);
  const group = wanted === undefined ? (groupWith(groups, before.current) ?? groups[0]) : groupWith(groups, wanted);
  const index = group === undefined ? -1 : groups.indexOf(group);
  const key = wanted ?? (group && keyOf(group.first));
  useEffect(() => {
    if (group !== undefined) before.current = key;
    if (index >= 0) lastIndex.current = index;
  }, [group, key, index]);
  return {
    group,
    next: (by) => {
      const from = index >= 0 ? index : lastIndex.current - (by > 0 ? 1 : 0);
      return groups[Math.max(0, Math.min(groups.length - 1, from + by))];
    },
    after: (answered) => {
      const isLeft = ({ items }: Group): boolean => items.some((each) => !answered.has(keyOf(each)));
      const here = Math.max(0, index);
      return groups.slice(here).find(isLeft) ?? [...groups.slice(0, here)].reverse().find(isLeft);
    },
  };
};
