import React, { type ReactNode } from 'react';
import { PageLink } from '../../components/text/links';
import { countText } from '../../format/numbers';

interface FigureProps {
  readonly value: number;
  readonly name: string;
  readonly note: ReactNode;
  readonly to: string;
  readonly urgent?: boolean;
}

/** One number with its name, which leads to its list. */
export const Figure = ({ value, name, note, to, urgent = false }: FigureProps) => (
  <li className={urgent ? 'rfx-figure rfx-figure--urgent' : 'rfx-figure'}>
    <PageLink to={to}>
      <span className="rfx-figure__value">{countText(value)}</span>
      <span className="rfx-figure__name">{name}</span>
    </PageLink>
    <span className="rfx-figure__note">{note}</span>
  </li>
);
