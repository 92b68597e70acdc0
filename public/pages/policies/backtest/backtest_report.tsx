import React from 'react';
import type { BacktestReportView, BacktestView } from '../../../../common/api/routes';
import { Facts } from '../../../components/facts/facts';
import { MomentText } from '../../../components/text/moment_text';
import { ToneText } from '../../../components/text/tone_text';
import { countText } from '../../../format/numbers';
import { actionTitle } from '../../../format/words';
import { say } from '../../../i18n';
import { LabelTable, LimitTable, PolicyTables, TargetTable } from './backtest_tables';
import { ExampleTable } from './example_table';
import { UnderTest } from './under_test';
import { VerdictBars } from './verdict_bars';

interface BacktestReportProps {
  readonly backtest: BacktestView;
  readonly report: BacktestReportView;
}

const DAY_MS = 86_400_000;

/** How much of the time that was asked for there are decisions of; nothing where it is all of it. */
const readFact = ({ from, days, base_version }: BacktestView, { oldest, newest, decisions }: BacktestReportView) => {
  const name = say('backtest.fact.read', 'What was there to read');
  if (decisions === 0)
    return {
      name,
      value: (
        <ToneText tone="bad">
          {say('backtest.fact.read.none', 'no decision at all: it says nothing of these policies')}
        </ToneText>
      ),
    };
  if (oldest === undefined || newest === undefined) return undefined;
  const missing = Math.floor((Date.parse(oldest) - Date.parse(from)) / DAY_MS);
  const base =
    base_version === undefined
      ? ''
      : say('backtest.fact.base', '; version {version} was in force', { version: base_version });
  return {
    name,
    value: (
      <>
        {say('backtest.fact.read.span', 'decisions from')} <MomentText at={oldest} />{' '}
        {say('backtest.fact.read.to', 'to')} <MomentText at={newest} />
        {base}{' '}
        {missing >= 1 && (
          <ToneText tone="warn">
            {say('backtest.fact.read.missing', '{missing} of the {days} days have none', { missing, days })}
          </ToneText>
        )}
      </>
    ),
  };
};

const Head = ({ backtest, report }: BacktestReportProps) => (
  <Facts
    facts={[
      {
        name: say('backtest.fact.decisions', 'Tried on'),
        value: (
          <>
            {say('backtest.fact.count', '{count} decisions of {days, plural, one {# day} other {# days}}', {
              count: countText(report.decisions),
              days: backtest.days,
            })}{' '}
            {backtest.finished_at !== undefined && <MomentText at={backtest.finished_at} />}{' '}
            {say('backtest.fact.by', 'by {by}', { by: backtest.by })}
          </>
        ),
      },
      readFact(backtest, report),
      {
        name: say('backtest.fact.changed', 'Decided otherwise'),
        value: (
          <>
            {say('backtest.fact.changed_of', '{changed} of {count}; acts newly permitted: {newly}, no longer: {gone}', {
              changed: countText(report.changed),
              count: countText(report.decisions),
              newly: countText(report.newly_permitted),
              gone: countText(report.no_longer_permitted),
            })}
            {report.under_test?.some(({ mode }) => mode === 'shadow') === true && (
              <span className="rfx-subdued">
                {' '}
                {say(
                  'backtest.fact.shadow',
                  'A policy in shadow decides nothing otherwise: what it would do is below.',
                )}
              </span>
            )}
          </>
        ),
      },
      report.largest_blast
        ? {
            name: say('backtest.fact.blast', 'Largest blast'),
            value: say(
              'backtest.fact.blast_of',
              '{action}: {targets, plural, one {# target} other {# targets}} within an hour',
              {
                action: actionTitle(report.largest_blast.action),
                targets: report.largest_blast.targets,
              },
            ),
          }
        : undefined,
      report.undecidable > 0
        ? {
            name: say('backtest.fact.undecidable', 'Not certain'),
            value: say(
              'backtest.fact.undecidable_of',
              '{count} decisions: these policies ask for facts that nobody had looked up then',
              { count: countText(report.undecidable) },
            ),
          }
        : undefined,
      report.other_model > 0
        ? {
            name: say('backtest.fact.model', 'Other score'),
            value: say(
              'backtest.fact.model_of',
              '{count} decisions had a score of another model: what differs may be its doing',
              { count: countText(report.other_model) },
            ),
          }
        : undefined,
    ]}
  />
);

const Part = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <section aria-label={title} className="rfx-part">
    <h3 className="rfx-part__title">{title}</h3>
    {children}
  </section>
);

/** The whole result, the most telling part first. What is empty is left out. */
export const BacktestReport = ({ backtest, report }: BacktestReportProps) => (
  <>
    <Head backtest={backtest} report={report} />
    <UnderTest report={report} />
    <VerdictBars report={report} />
    {report.policies.length > 0 && (
      <Part title={say('backtest.policies', 'Permitted acts by policy')}>
        <PolicyTables report={report} />
      </Part>
    )}
    {report.limits.length > 0 && (
      <Part title={say('backtest.limits.title', 'Limits, if each permitted act had been executed')}>
        <LimitTable limits={report.limits} />
      </Part>
    )}
    <div className="rfx-pair">
      {report.targets.length > 0 && (
        <Part title={say('backtest.targets', 'Targets with the most changes')}>
          <TargetTable targets={report.targets} />
        </Part>
      )}
      {report.labels.length > 0 && (
        <Part title={say('backtest.labels', 'What the changed permits turned out to be')}>
          <LabelTable labels={report.labels} />
        </Part>
      )}
    </div>
    {report.examples.length > 0 && (
      <Part title={say('backtest.examples', 'Examples of changed decisions')}>
        <ExampleTable examples={report.examples} />
      </Part>
    )}
  </>
);
