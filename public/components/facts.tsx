import React, { type ReactNode } from 'react';

/** A name with its value. Without a value the row is left out. */
export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

/** Names and values as a dense definition list. */
export const Facts = ({ facts, wide = false }: { facts: ReadonlyArray<Fact | undefined>; wide?: boolean }) => (
  <dl className={wide ? 'rfx-facts rfx-facts--wide' : 'rfx-facts'}>
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
