import React from 'react';
import { PageLink, PolicyLink } from '../../components/text/links';
import { Section } from '../../components/layout/section';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

interface Item {
  readonly name: string;
  readonly count: number;
  readonly policy?: boolean;
  readonly target?: boolean;
}

const ItemName = ({ item }: { item: Item }) => {
  if (item.policy) return <PolicyLink id={item.name} />;
  return <PageLink to={`/decisions?target=${encodeURIComponent(item.name)}`}>{item.name}</PageLink>;
};

/** The first few of a ranking, with a bar for how they compare. */
export const TopList = ({ title, what, items }: { title: string; what: string; items: readonly Item[] }) => {
  const most = Math.max(1, ...items.map(({ count }) => count));
  return (
    <Section title={title} note={say('top.note', 'last 24 hours')}>
      {items.length === 0 ? (
        <p className="rfx-subdued">{say('top.none', 'none')}</p>
      ) : (
        <ol className="rfx-top" aria-label={what}>
          {items.slice(0, 8).map((item) => (
            <li key={item.name}>
              <span className="rfx-top__name">
                <ItemName item={item} />
              </span>
              <span className="rfx-top__track" aria-hidden="true">
                <span style={{ width: `${(item.count / most) * 100}%` }} />
              </span>
              <span className="rfx-number">{countText(item.count)}</span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
};
