import React, { useEffect, useRef } from 'react';
import { BriefRule, BriefSeverity } from '../../components/facts/claimed_mark';
import { EuiCheckbox } from '@elastic/eui';
import { Link } from 'react-router-dom';
import type { EscalationView } from '../../../common/api/views';
import { DemoBadge } from '../../components/facts/badges';
import { Countdown } from '../../components/text/countdown';
import { Sentence } from '../../components/text/sentence';
import { actionTitle } from '../../format/words';
import { targetText } from '../../format/targets';
import { say } from '../../i18n';
import { actName, keyOf, obstacleOf, pathOfEscalation } from './escalation_key';
import type { Checked } from './use_checked';

interface RowProps {
  readonly escalation: EscalationView;
  readonly isShown: boolean;
  readonly checked: Checked;
}

const Row = ({ escalation, isShown, checked }: RowProps) => {
  const row = useRef<HTMLLIElement>(null);
  const { act, brief, expires_at, demo, breach } = escalation;
  const others = (breach?.count ?? 1) - 1;
  useEffect(() => {
    if (isShown) row.current?.scrollIntoView?.({ block: 'nearest' });
  }, [isShown]);
  return (
    <li ref={row} className={isShown ? 'rfx-item rfx-item--shown' : 'rfx-item'}>
      <EuiCheckbox
        id={`check ${keyOf(escalation)}`}
        checked={checked.has(escalation)}
        onChange={() => checked.toggle(escalation)}
        aria-label={say('escalations.check', 'Select: {act}', { act: actName(escalation) })}
      />
      <Link to={pathOfEscalation(escalation)} className="rfx-item__link" aria-current={isShown ? 'true' : undefined}>
        <span className="rfx-item__line">
          <strong>{actionTitle(act.action)}</strong> <BriefSeverity brief={brief} />
        </span>
        <span className="rfx-item__target rfx-value">
          {targetText(act.target)}
          {others > 0 && say('escalations.others', ' and {count} more', { count: others })}
        </span>
        <span className="rfx-small">
          <BriefRule brief={brief} />
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
          <DemoBadge demo={demo} />
        </span>
      </Link>
    </li>
  );
};

interface EscalationListProps {
  readonly waiting: readonly EscalationView[];
  readonly total: number;
  readonly shown: EscalationView | undefined;
  readonly checked: Checked;
}

/** Everything that waits, in the order in which it should be looked at. */
export const EscalationList = ({ waiting, total, shown, checked }: EscalationListProps) => (
  <>
    <ol className="rfx-items" aria-label={say('escalations.list', 'Acts that wait for a person')}>
      {waiting.map((escalation) => (
        <Row key={keyOf(escalation)} escalation={escalation} isShown={escalation === shown} checked={checked} />
      ))}
    </ol>
    {total > waiting.length && (
      <p className="rfx-subdued rfx-small">
        {say('escalations.more', '{shown} of {total} are shown', { shown: waiting.length, total })}
      </p>
    )}
  </>
);
