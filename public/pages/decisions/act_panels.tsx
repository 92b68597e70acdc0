import React from 'react';
import type { DecisionDetail } from '../../../common/api/views';
import type { Act } from '../../../common/flow/decision';
import { ActState } from '../../components/facts/act_state';
import { ModeBadge, ShadowBadge, VerdictBadge } from '../../components/facts/badges';
import { Facts } from '../../components/facts/facts';
import { PolicyLink } from '../../components/text/links';
import { Reasons } from '../../components/facts/reasons';
import { Section } from '../../components/layout/section';
import { durationText } from '../../format/duration';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { Timeline } from './timeline';

const endOf = ({ rollback, ttl_ms }: Act): string => {
  if (rollback === null) return say('act.no_undo', 'cannot be undone');
  return ttl_ms === null
    ? say('act.by_hand', '“{undo}” by hand', { undo: actionTitle(rollback) })
    : say('act.by_ttl', '“{undo}” after {length}', { undo: actionTitle(rollback), length: durationText(ttl_ms) });
};

const ActPanel = ({ act, held, detail }: { act: Act; held: boolean; detail: DecisionDetail }) => {
  const progress = detail.progress?.find((each) => each.act_id === act.act_id);
  const actions = detail.actions.filter(({ command }) => command.act_id === act.act_id);
  return (
    <Section
      title={say('act.title', '{action} {target}', { action: actionTitle(act.action), target: targetText(act.target) })}
      note={
        <>
          <VerdictBadge verdict={held ? 'hold' : act.result} /> <ShadowBadge shadow={act.shadow} />
        </>
      }
    >
      {progress ? (
        <ActState progress={progress} />
      ) : (
        <p className="rfx-subdued">
          {say(
            'act.no_progress',
            'This decision is not the current one of its case: how its acts fared is in the timeline.',
          )}
        </p>
      )}
      <Facts
        facts={[
          {
            name: say('act.policy', 'Proposed by'),
            value: (
              <>
                <PolicyLink id={act.policy.id} /> <ModeBadge mode={act.policy.mode} />
              </>
            ),
          },
          { name: say('act.connector', 'Connector'), value: act.connector ?? say('act.any', 'the only one that can') },
          { name: say('act.ends', 'Ends'), value: endOf(act) },
        ]}
      />
      <Reasons reasons={act.reasons} source={detail.event.intake} />
      <Timeline actions={actions} />
    </Section>
  );
};

/** Each act with its result, how it fares, and everything that was done for it. */
export const ActPanels = ({ detail }: { detail: DecisionDetail }) => {
  const { acts, held = [] } = detail.decision;
  if (acts.length + held.length === 0) {
    return (
      <Section title={say('act.none', 'No act')}>
        <p className="rfx-subdued">{say('act.none.about', 'Nothing was proposed, so nothing is done.')}</p>
      </Section>
    );
  }
  return (
    <>
      {acts.map((act) => (
        <ActPanel key={act.act_id} act={act} held={false} detail={detail} />
      ))}
      {held.map((act) => (
        <ActPanel key={act.act_id} act={act} held detail={detail} />
      ))}
    </>
  );
};
