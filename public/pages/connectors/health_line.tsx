import React from 'react';
import { dayInWords, lengthOf, type Span } from './health_words';

const WIDTH = 144;
const HEIGHT = 18;
/** Worse stands higher, so that it is seen without colour. */
const HEIGHTS: Readonly<Record<Span['state'], number>> = { ok: 4, unknown: 1, degraded: 10, down: HEIGHT };
/** What was short must be seen all the same. */
const LEAST = 1.5;

/** How a connector was in the last day, as a line: worse is higher. Its name tells the same in words. */
export const HealthLine = ({ spans, isWide }: { spans: readonly Span[]; isWide: boolean }) => {
  const whole = spans.reduce((sum, span) => sum + lengthOf(span), 0) || 1;
  let before = 0;
  return (
    <svg
      className={isWide ? 'rfx-health rfx-health--wide' : 'rfx-health'}
      role="img"
      aria-label={dayInWords(spans)}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {spans.map((span) => {
        const x = (before / whole) * WIDTH;
        before += lengthOf(span);
        const width = Math.max(LEAST, (lengthOf(span) / whole) * WIDTH);
        return (
          <rect
            key={span.from}
            className={`rfx-health__${span.state}`}
            x={Math.min(x, WIDTH - width)}
            y={HEIGHT - HEIGHTS[span.state]}
            width={width}
            height={HEIGHTS[span.state]}
          />
        );
      })}
    </svg>
  );
};
