import React, { useCallback } from 'react';
import { getOverview, type OverviewView } from '../../../common/api/routes';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { useServices } from '../../components/data/services';
import { useStatusPart } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { say } from '../../i18n';
import { AgentsPanel } from './agents_panel';
import { BecameFigures } from './became_figures';
import { ClaimsHint } from './claims_hint';
import { ConnectorsPanel } from './connectors_panel';
import { DisruptionPanel } from './disruption_panel';
import { FirstSteps } from './first_steps';
import { HeadFigures, HereFigures } from './head_figures';
import { IntakePanel } from './intake_panel';
import { LatencyPanel } from './latency_panel';
import { LimitsPanel } from './limits_panel';
import { NeverTouched } from './never_touched';
import { RecentDecisions } from './recent_decisions';
import { TopList } from './top_list';
import { VerdictChart } from './verdict_chart';

const TOPICS = ['case', 'effect', 'ledger', 'bundle'] as const;

const Figures = ({ overview }: { overview: OverviewView }) => (
  <>
    <ClaimsHint />
    <HeadFigures />
    <BecameFigures counts={overview.became_24h} />
    <div className="rfx-columns">
      <div className="rfx-columns__main">
        <VerdictChart hours={overview.hours} />
        <RecentDecisions decisions={overview.recent} />
        <div className="rfx-pair">
          <TopList
            title={say('overview.policies', 'Policies that fired most')}
            what={say('overview.policy', 'Policy')}
            items={overview.policies.map(({ policy, fired }) => ({ name: policy, count: fired, policy: true }))}
          />
          <TopList
            title={say('overview.targets', 'Targets named most')}
            what={say('overview.target', 'Target')}
            items={overview.targets.map(({ target, count }) => ({ name: target, count, target: true }))}
          />
        </div>
      </div>
      <div className="rfx-columns__side">
        <DisruptionPanel disruption={overview.disruption} />
        <LimitsPanel limits={overview.limits} total={overview.limits_total} />
        <LatencyPanel latency={overview.latency} />
        <ConnectorsPanel />
        <AgentsPanel />
        <IntakePanel />
        <NeverTouched />
      </div>
    </div>
  </>
);

/** The state of things in one view: what waits, what is contained, what was decided, how the parts are. */
export const OverviewPage = () => {
  const { api } = useServices();
  const overview = useResource(
    useCallback(() => api.call(getOverview), [api]),
    TOPICS,
  );
  const received = useStatusPart('counters')?.received ?? 0;
  const isFresh = (value: OverviewView): boolean =>
    value.recent.length === 0 && received === 0 && Object.values(value.verdicts_24h).every((count) => count === 0);
  return (
    <PageFrame title={say('nav.overview', 'Overview')} asOf={overview.value?.as_of}>
      {overview.value === undefined && <HereFigures />}
      <Loaded resource={overview} what={say('nav.overview', 'Overview')}>
        {(value) => (isFresh(value) ? <FirstSteps /> : <Figures overview={value} />)}
      </Loaded>
    </PageFrame>
  );
};
