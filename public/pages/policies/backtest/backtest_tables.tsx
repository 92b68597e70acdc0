import React from 'react';
import type { BacktestReportView } from '../../../../common/api/routes';
import { PolicyLink } from '../../../components/text/links';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { countText } from '../../../format/numbers';
import { labelWord } from '../../../format/words';
import { say } from '../../../i18n';

const newly = () => ({ name: say('backtest.newly', 'Newly permitted'), number: true });
const gone = () => ({ name: say('backtest.gone', 'No longer permitted'), number: true });

const PolicyTable = ({ policies }: Pick<BacktestReportView, 'policies'>) => (
  <SmallTable
    caption={say('backtest.policies', 'Permitted acts by policy')}
    columns={[
      { name: say('overview.policy', 'Policy') },
      { name: say('backtest.then', 'as decided'), number: true },
      { name: say('backtest.now', 'with these policies'), number: true },
      newly(),
      gone(),
      { name: say('backtest.right', 'New and right'), number: true },
      { name: say('backtest.wrong', 'New and wrong'), number: true },
    ]}
    rows={policies.map((tally) => ({
      key: tally.policy,
      cells: [
        <PolicyLink key="policy" id={tally.policy} />,
        countText(tally.before),
        countText(tally.after),
        countText(tally.newly),
        countText(tally.no_longer),
        countText(tally.newly_right),
        tally.newly_wrong === 0 ? (
          '0'
        ) : (
          <ToneText key="wrong" tone="bad">
            {countText(tally.newly_wrong)}
          </ToneText>
        ),
      ],
    }))}
  />
);

const isSame = ({ newly, no_longer }: BacktestReportView['policies'][number]): boolean => newly + no_longer === 0;

/** Policies that permit more or less than before; those that permit the same are folded away. */
export const PolicyTables = ({ report: { policies } }: { readonly report: BacktestReportView }) => {
  const same = policies.filter(isSame);
  const others = policies.filter((each) => !isSame(each));
  return (
    <>
      {others.length === 0 ? (
        <p>{say('backtest.policies.none', 'No policy permits more or less than was permitted.')}</p>
      ) : (
        <PolicyTable policies={others} />
      )}
      {same.length > 0 && (
        <details>
          <summary>
            {say(
              'backtest.policies.same',
              '{count, plural, one {# policy permits} other {# policies permit}} the same as before',
              { count: same.length },
            )}
          </summary>
          <PolicyTable policies={same} />
        </details>
      )}
    </>
  );
};

export const TargetTable = ({ targets }: Pick<BacktestReportView, 'targets'>) => (
  <SmallTable
    caption={say('backtest.targets', 'Targets with the most changes')}
    columns={[{ name: say('overview.target', 'Target') }, newly(), gone()]}
    // An address and the host by that address are two targets with one text.
    rows={targets.slice(0, 15).map((tally, index) => ({
      key: `${tally.target} ${index}`,
      cells: [
        <code key="target">{tally.target === '' ? say('backtest.no_target', 'not told') : tally.target}</code>,
        countText(tally.newly),
        countText(tally.no_longer),
      ],
    }))}
  />
);

export const LabelTable = ({ labels }: Pick<BacktestReportView, 'labels'>) => (
  <SmallTable
    caption={say('backtest.labels', 'What the changed permits turned out to be')}
    columns={[{ name: say('backtest.label', 'Label') }, newly(), gone()]}
    rows={labels.map((tally) => ({
      key: tally.label,
      cells: [
        tally.label === 'unlabelled' ? say('backtest.unlabelled', 'nobody said yet') : labelWord(tally.label),
        countText(tally.newly_permitted),
        countText(tally.no_longer_permitted),
      ],
    }))}
  />
);

export const LimitTable = ({ limits }: Pick<BacktestReportView, 'limits'>) => (
  <SmallTable
    caption={say('backtest.limits', 'Limits')}
    columns={[
      { name: say('backtest.limit', 'Limit') },
      { name: say('backtest.scope', 'Counted in') },
      { name: say('backtest.peak', 'Most at once'), number: true },
      { name: say('backtest.most', 'Allowed'), number: true },
      { name: say('backtest.breaches', 'Acts over it'), number: true },
    ]}
    rows={limits.slice(0, 30).map((limit) => ({
      key: `${limit.limit} ${limit.scope}`,
      cells: [
        <PolicyLink key="limit" id={limit.limit} />,
        limit.scope,
        countText(limit.peak),
        limit.most === null ? say('backtest.unknown_scope', 'unknown') : countText(limit.most),
        limit.breaches === 0 ? (
          '0'
        ) : (
          <ToneText key="breaches" tone="warn">
            {countText(limit.breaches)}
          </ToneText>
        ),
      ],
    }))}
  />
);
