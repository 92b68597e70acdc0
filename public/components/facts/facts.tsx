import React, { type ReactNode } from 'react';

/** A name with its value. Without a value the row is left out. */
export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

interface FactsProps {
  readonly facts: ReadonlyArray<Fact | undefined>;
  /** `code`: names are paths of fields; `figures`: long names, short values at the right. */
  readonly look?: 'words' | 'code' | 'figures';
}

/** Names and values as a dense definition list. */
export const Facts = ({ facts, look = 'words' }: FactsProps) => (
  <dl className={`rfx-facts rfx-facts--${look}`}>
    {facts
      .filter((fact): fact is Fact => fact !== undefined)
      .map(({ name, value }) => (
        <div key={name} className="rfx-facts__row">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);
