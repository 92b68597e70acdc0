import React, { type ReactNode } from 'react';
import type { Tone } from '../../format/act_status';

const MARKS: Readonly<Record<Tone, string>> = { good: '●', busy: '◐', warn: '▲', bad: '✕', calm: '○' };

/** A state in words, with a mark that tells it apart without colour. */
export const ToneText = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <span className={`rfx-tone rfx-tone--${tone}`}>
    <span aria-hidden="true" className="rfx-tone__mark">
      {MARKS[tone]}
    </span>
    <span>{children}</span>
  </span>
);
