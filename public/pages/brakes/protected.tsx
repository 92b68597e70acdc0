import React, { useCallback } from 'react';
import type * as t from 'io-ts';
import { EuiSelect } from '@elastic/eui';
import { listProtected, PROTECTED_FROM, type ProtectedThing } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { PageNumbers } from '../../components/layout/page_numbers';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { TextFilter } from '../../components/layout/text_filter';
import { PolicyLink } from '../../components/text/links';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import type { BrakesAddress } from './brakes_address';

type Listed = t.TypeOf<typeof listProtected.answer>;
type From = ProtectedThing['from'];

const PAGE_SIZE = 50;

const fromWord = (from: From): string => {
  switch (from) {
    case 'own':
      return say('protected.own', 'Reflex stands on it');
    case 'policy':
      return say('protected.policy', 'a policy protects it');
    case 'inventory':
      return say('protected.inventory', 'listed as critical');
  }
};

/** What happens to an act on it. */
const meaning = (from: From, twoSources: boolean): string => {
  if (from !== 'inventory') return say('protected.never', 'never acted on');
  return twoSources
    ? say('protected.two_sources', 'only if two sources report it, or a person approves')
    : say('protected.one_source', 'acted on: a policy lets one source be enough');
};

const Where = ({ thing: { from, where } }: { readonly thing: ProtectedThing }) => {
  if (from === 'policy') return <PolicyLink id={where} />;
  return from === 'own' ? (
    <Sentence text={where} />
  ) : (
    <>{say('protected.listed_in', 'inventory ({where})', { where })}</>
  );
};

const Things = ({ listed: { things, two_sources } }: { readonly listed: Listed }) => (
  <SmallTable
    caption={say('protected.title', 'Protected targets')}
    columns={[
      { name: say('protected.col.what', 'Target') },
      { name: say('protected.col.from', 'Why') },
      { name: say('protected.col.where', 'Where it comes from') },
      { name: say('protected.col.then', 'An act on it'), wide: true },
    ]}
    rows={things.map((thing, index) => ({
      key: `${thing.from} ${thing.where} ${thing.text} ${index}`,
      cells: [
        <span key="text" className="rfx-value">
          {thing.text}
        </span>,
        fromWord(thing.from),
        <Where key="where" thing={thing} />,
        meaning(thing.from, two_sources),
      ],
    }))}
  />
);

const Body = ({ listed, address, onChange }: ProtectedProps & { readonly listed: Listed }) => {
  const { things, total, missing, settled } = listed;
  return (
    <>
      {!settled && (
        <ToneText tone="warn">
          {say('never.not_settled', 'Not all of it is found yet, so this host starts nothing.')}
        </ToneText>
      )}
      {things.length > 0 ? (
        <Things listed={listed} />
      ) : (
        <p className="rfx-subdued">
          {address.text === '' && address.from === ''
            ? say('protected.none', 'Nothing is protected.')
            : say('protected.no_match', 'Nothing protected matches.')}
        </p>
      )}
      <PageNumbers
        what={say('protected.title', 'Protected targets')}
        total={total}
        pageSize={PAGE_SIZE}
        page={address.page}
        onChange={(page) => onChange({ page })}
      />
      {missing.map((text) => (
        <div key={text} className="rfx-small">
          <ToneText tone="warn">{say('never.missing', 'Not found')}</ToneText> <Sentence text={text} />
        </div>
      ))}
    </>
  );
};

interface ProtectedProps {
  readonly address: BrakesAddress;
  readonly onChange: (part: Partial<BrakesAddress>) => void;
}

/** Everything that no act touches, or none on the word of one source alone, with where each comes from. */
export const Protected = ({ address, onChange }: ProtectedProps) => {
  const { api } = useServices();
  const { text, from, page } = address;
  const title = say('protected.title', 'Protected targets');
  const listed = useResource(
    useCallback(
      () =>
        api.call(listProtected, {
          query: {
            limit: PAGE_SIZE,
            offset: page * PAGE_SIZE,
            ...present({ text: text === '' ? undefined : text, from: from === '' ? undefined : from }),
          },
        }),
      [api, text, from, page],
    ),
    ['bundle', 'inventory'],
  );
  const find = useCallback((wanted: string) => onChange({ text: wanted, page: 0 }), [onChange]);
  const counts = listed.value?.counts;
  return (
    <Section title={title} {...present({ actions: listed.value && countText(listed.value.total) })}>
      <div className="rfx-filters" role="group" aria-label={say('protected.filters', 'Find protected targets')}>
        <TextFilter label={say('protected.text', 'Part of a name')} value={text} onChange={find} />
        <EuiSelect
          compressed
          aria-label={say('protected.from', 'Why it is protected')}
          value={from}
          options={[
            { value: '', text: say('protected.from.any', 'any reason') },
            ...PROTECTED_FROM.map((each) => ({
              value: each,
              text: counts === undefined ? fromWord(each) : `${fromWord(each)} (${countText(counts[each])})`,
            })),
          ]}
          onChange={(event) =>
            onChange({ from: PROTECTED_FROM.find((each) => each === event.target.value) ?? '', page: 0 })
          }
        />
      </div>
      <Loaded resource={listed} what={title}>
        {(value) => <Body listed={value} address={address} onChange={onChange} />}
      </Loaded>
    </Section>
  );
};
