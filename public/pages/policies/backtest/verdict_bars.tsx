import React from 'react';
import type { BacktestReportView } from '../../../../common/api/routes';
import { VERDICTS } from '../../../../common/flow/decision';
import { SmallTable } from '../../../components/layout/small_table';
import { countText } from '../../../format/numbers';
import { verdictWord } from '../../../format/words';
import { say } from '../../../i18n';

type Verdicts = BacktestReportView['verdicts_before'];

const WIDTH = 1_100;
const LEFT = 140;
const BAR = 26;
const GAP = 12;

const Bar = ({ name, verdicts, y }: { name: string; verdicts: Verdicts; y: number }) => {
  const total = VERDICTS.reduce((sum, verdict) => sum + verdicts[verdict], 0);
  let x = LEFT;
  return (
    <g>
      <text x={LEFT - 8} y={y + BAR / 2 + 4} textAnchor="end" className="rfx-chart__text rfx-chart__text--name">
        {name}
      </text>
      {VERDICTS.map((verdict) => {
        const width = total === 0 ? 0 : (verdicts[verdict] / total) * (WIDTH - LEFT);
        const from = x;
        x += width;
        return width === 0 ? null : (
          <rect
            key={verdict}
            x={from}
            y={y}
            width={width}
            height={BAR}
            className={`rfx-chart__bar rfx-chart__bar--${verdict}`}
          />
        );
      })}
    </g>
  );
};

/** `+12`, `−3`, `0`. */
const signed = (value: number): string => (value === 0 ? '0' : `${value > 0 ? '+' : '−'}${countText(Math.abs(value))}`);

/** Verdicts then and under the candidate, as two stacked bars of equal length and as a table with the same figures. */
export const VerdictBars = ({ report }: { report: BacktestReportView }) => {
  const rows = [
    { name: say('backtest.then', 'as decided'), verdicts: report.verdicts_before },
    { name: say('backtest.now', 'with these policies'), verdicts: report.verdicts_after },
  ];
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${2 * BAR + 2 * GAP}`}
        role="img"
        aria-label={say('backtest.bars', 'Verdicts as decided and with these policies, as stacked bars')}
        className="rfx-chart"
      >
        {rows.map(({ name, verdicts }, index) => (
          <Bar key={name} name={name} verdicts={verdicts} y={GAP / 2 + index * (BAR + GAP)} />
        ))}
      </svg>
      <SmallTable
        caption={say('backtest.verdicts', 'Verdicts')}
        columns={[
          { name: say('backtest.verdict', 'Verdict') },
          { name: say('backtest.then', 'as decided'), number: true },
          { name: say('backtest.now', 'with these policies'), number: true },
          { name: say('backtest.difference', 'Difference'), number: true },
        ]}
        rows={VERDICTS.map((verdict) => ({
          key: verdict,
          cells: [
            <span key="verdict">
              <span className={`rfx-swatch rfx-swatch--${verdict}`} aria-hidden="true" /> {verdictWord(verdict)}
            </span>,
            countText(report.verdicts_before[verdict]),
            countText(report.verdicts_after[verdict]),
            signed(report.verdicts_after[verdict] - report.verdicts_before[verdict]),
          ],
        }))}
      />
    </>
  );
};
