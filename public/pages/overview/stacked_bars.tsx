import React from 'react';
import type { OverviewView } from '../../../common/api/routes';
import { VERDICTS } from '../../../common/flow/decision';
import { hourTime, msOf } from '../../format/time';
import { verdictWord } from '../../format/words';
import { say } from '../../i18n';

export type Hour = OverviewView['hours'][number];

export const totalOf = (hour: Hour): number => VERDICTS.reduce((sum, verdict) => sum + hour[verdict], 0);

/** The beginning of an hour, such as `03:00`. */
export const hourName = (at: string): string => hourTime(msOf(at));

const WIDTH = 720;
const HEIGHT = 150;
const LEFT = 34;
const BOTTOM = 18;
const TOP = 8;
const PLOT = HEIGHT - TOP - BOTTOM;

/** A round upper end of the axis: 1, 2 or 5 times a power of ten, at least 4. */
const axisTop = (most: number): number => {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most;
};

const Axis = ({ top }: { top: number }) => (
  <>
    {[0, 0.5, 1].map((share) => {
      const y = TOP + PLOT * (1 - share);
      return (
        <g key={share}>
          <line x1={LEFT} x2={WIDTH} y1={y} y2={y} className="rfx-chart__grid" />
          <text x={LEFT - 6} y={y + 3} textAnchor="end" className="rfx-chart__text">
            {Math.round(top * share)}
          </text>
        </g>
      );
    })}
  </>
);

interface BarProps {
  readonly hour: Hour;
  readonly index: number;
  readonly width: number;
  readonly top: number;
}

const Bar = ({ hour, index, width, top }: BarProps) => {
  const x = LEFT + index * width + width * 0.14;
  let base = TOP + PLOT;
  return (
    <g>
      {VERDICTS.map((verdict) => {
        const height = (hour[verdict] / top) * PLOT;
        base -= height;
        return height === 0 ? null : (
          <rect
            key={verdict}
            x={x}
            y={base}
            width={width * 0.72}
            height={height}
            className={`rfx-chart__bar rfx-chart__bar--${verdict}`}
          />
        );
      })}
      {index % 3 === 0 && (
        <text x={x + width * 0.36} y={HEIGHT - 4} textAnchor="middle" className="rfx-chart__text">
          {hourName(hour.at)}
        </text>
      )}
    </g>
  );
};

/** Stacked bars by hour. The picture has a name with its gist; the table beside it has the figures. */
export const StackedBars = ({ hours }: { hours: readonly Hour[] }) => {
  const top = axisTop(Math.max(0, ...hours.map(totalOf)));
  const width = (WIDTH - LEFT) / Math.max(1, hours.length);
  const busiest = [...hours].sort((a, b) => totalOf(b) - totalOf(a))[0];
  const gist = busiest
    ? say('chart.gist', 'Decisions by hour as stacked bars; most at {hour}: {count}', {
        hour: hourName(busiest.at),
        count: totalOf(busiest),
      })
    : say('chart.gist.empty', 'Decisions by hour: none');
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={gist} className="rfx-chart">
        <Axis top={top} />
        {hours.map((hour, index) => (
          <Bar key={hour.at} hour={hour} index={index} width={width} top={top} />
        ))}
      </svg>
      <ul className="rfx-legend" aria-label={say('chart.legend', 'Colours')}>
        {VERDICTS.map((verdict) => (
          <li key={verdict}>
            <span className={`rfx-swatch rfx-swatch--${verdict}`} aria-hidden="true" /> {verdictWord(verdict)}
          </li>
        ))}
      </ul>
    </>
  );
};
