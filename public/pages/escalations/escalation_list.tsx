import React, { useEffect, useRef } from 'react';
import { BriefRule, BriefSeverity } from '../../components/facts/claimed_mark';
import { EuiButtonEmpty, EuiCheckbox } from '@elastic/eui';
import { Link } from 'react-router-dom';
import { DemoBadge } from '../../components/facts/badges';
import { useDrawn } from '../../components/data/use_drawn';
import { DrawMore } from '../../components/layout/draw_more';
import { KeyMark } from '../../components/text/key_mark';
import { Countdown } from '../../components/text/countdown';
import { Sentence } from '../../components/text/sentence';
import { actionTitle } from '../../format/words';
import { targetText } from '../../format/targets';
import { say } from '../../i18n';
import { AloneBadge } from './alone_badge';
import { actName, isSelectable, keyOf, obstacleOf, pathOfEscalation } from './escalation_key';
import type { Group } from './groups';
import type { Checked } from './use_checked';

interface RowProps {
  readonly group: Group;
  readonly isShown: boolean;
  readonly checked: Checked;
}

/** One of the group for the rest: the one that expires first, or is most severe, by the order of the list. */
const Row = ({ group, isShown, checked }: RowProps) => {
  const row = useRef<HTMLLIElement>(null);
  const { first: escalation, items, expires_at, targets } = group;
  const { act, brief, demo, breach } = escalation;
  const share = checked.shareOf(group);
  const others = (breach?.count ?? 1) - 1;
  useEffect(() => {
    if (isShown) row.current?.scrollIntoView?.({ block: 'nearest' });
  }, [isShown]);
  return (
    <li ref={row} className={isShown ? 'rfx-item rfx-item--shown' : 'rfx-item'}>
      {isSelectable(escalation) ? (
        <EuiCheckbox
          id={`check ${keyOf(escalation)}`}
          checked={share === 'all'}
          indeterminate={share === 'some'}
          onChange={() => checked.toggle(group)}
          aria-label={say('escalations.check', 'Select: {act}', { act: actName(escalation) })}
        />
      ) : (
        <span className="rfx-item__no-check" />
      )}
      <Link to={pathOfEscalation(escalation)} className="rfx-item__link" aria-current={isShown ? 'true' : undefined}>
        <span className="rfx-item__line">
          <strong>{actionTitle(act.action)}</strong> <BriefSeverity brief={brief} />
        </span>
        <span className="rfx-item__target rfx-value">
          {targetText(act.target)}
          {others > 0 && say('escalations.others', ' and {count} more', { count: others })}
          {targets > 1 && say('escalations.others', ' and {count} more', { count: targets - 1 })}
        </span>
        <span className="rfx-small">
          <BriefRule brief={brief} />
          {items.length > 1 && (
            <>
              {' '}
              <strong className="rfx-count">
                {say('escalations.alerts', '{count} alerts', { count: items.length })}
              </strong>
            </>
          )}
        </span>
        <span className="rfx-small rfx-subdued">
          <Sentence text={obstacleOf(escalation)} />
        </span>
        <span className="rfx-item__line rfx-small rfx-subdued">
          {expires_at ? (
            <span>
              {say('escalations.expires', 'expires')} <Countdown until={expires_at} />
            </span>
          ) : (
            <span>{say('escalations.no_expiry', 'does not expire')}</span>
          )}
          <AloneBadge escalation={escalation} />
          <DemoBadge demo={demo} />
        </span>
      </Link>
    </li>
  );
};

interface EscalationListProps {
  readonly groups: readonly Group[];
  readonly shown: Group | undefined;
  readonly checked: Checked;
  readonly onSelectAll: () => void;
}

/** Everything that waits, in the order in which it should be looked at. */
export const EscalationList = ({ groups, shown, checked, onSelectAll }: EscalationListProps) => {
  const drawn = useDrawn(groups.length, shown === undefined ? -1 : groups.indexOf(shown));
  const count = groups.reduce((sum, { items }) => sum + items.filter(isSelectable).length, 0);
  const isAll = count > 0 && checked.items.length === count;
  return (
    <>
      <EuiButtonEmpty size="xs" flush="left" isDisabled={count === 0} onClick={onSelectAll} aria-pressed={isAll}>
        {isAll
          ? say('escalations.select_none', 'Select none')
          : say('escalations.select_all', 'Select all {count} of the list', { count })}{' '}
        <KeyMark name="S" />
      </EuiButtonEmpty>
      <ol className="rfx-items" aria-label={say('escalations.list', 'Acts that wait for a person')}>
        {groups.slice(0, drawn.drawn).map((group) => (
          <Row key={group.key} group={group} isShown={group === shown} checked={checked} />
        ))}
      </ol>
      {groups.length === 0 && (
        <p className="rfx-subdued">{say('escalations.no_match', 'Nothing that waits matches these filters')}</p>
      )}
      <DrawMore {...drawn} />
    </>
  );
};
