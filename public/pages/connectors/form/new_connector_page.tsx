import React, { useCallback, useEffect, useMemo, useRef, useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty, EuiFieldText, EuiFormRow, EuiSelect } from '@elastic/eui';
import { checkConnector, listConnectorKinds, type ConnectorPresetView } from '../../../../common/api/routes';
import { useAction } from '../../../components/data/use_action';
import { useServices } from '../../../components/data/services';
import { useMay } from '../../../components/data/use_live';
import { useResource } from '../../../components/data/use_resource';
import { useTell } from '../../../components/layout/announcer';
import { EmptyNote } from '../../../components/layout/empty_note';
import { Loaded } from '../../../components/layout/loaded';
import { PageFrame } from '../../../components/layout/page_frame';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { PageLink } from '../../../components/text/links';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';
import { CONNECTORS } from '../paths';
import { draftOf, parametersOf, type Draft } from './drafts';
import { typedFaultWord } from './fault_words';
import { FieldView, type PlacedFault } from './field_view';
import { fieldsOf, type Field } from './fields';
import { Lines } from './lines';
import { PresetNote } from './preset_note';
import { useSecrets } from './secret_field';

interface Kind {
  readonly kind: string;
  readonly title: string;
  readonly parameters: unknown;
}

interface Judged {
  readonly faults: readonly PlacedFault[];
  readonly actions: readonly string[];
  readonly parameters: unknown;
}

/** Labels of faulty fields are marked as well, and take no focus. */
const WRONG = ['input', 'select', 'textarea'].map((each) => `${each}[aria-invalid=true]`).join();

const IN_PARAMETERS = 'parameters.';

/** As the form names places. Faults of the whole have none. */
const placed = (path: string): string =>
  path.startsWith(IN_PARAMETERS) ? path.slice(IN_PARAMETERS.length) : path === 'parameters' ? '' : `:${path}`;

const AllFaults = ({ faults }: { faults: readonly PlacedFault[] }) => (
  <div role="alert" className="rfx-faults">
    <p>
      <strong>
        {say('connector.form.faults', 'It would not start. What is wrong ({count}):', { count: faults.length })}
      </strong>
    </p>
    <ul>
      {faults.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          {path !== '' && <code>{path.replace(/^:/, '')}</code>} <Sentence text={message} />
        </li>
      ))}
    </ul>
  </div>
);

const NameRow = ({
  name,
  faults,
  onChange,
}: {
  name: string;
  faults: readonly PlacedFault[];
  onChange: (name: string) => void;
}) => (
  <EuiFormRow
    fullWidth
    label={say('connector.form.name', 'Name')}
    helpText={say('connector.form.name.help', 'what policies call it: lower case letters, digits, dots and dashes')}
    isInvalid={faults.length > 0}
    error={faults.map(({ message }) => (
      <Sentence key={message} text={message} />
    ))}
  >
    <EuiFieldText
      fullWidth
      autoComplete="off"
      spellCheck={false}
      value={name}
      isInvalid={faults.length > 0}
      aria-invalid={faults.length > 0}
      onChange={(event) => onChange(event.target.value)}
    />
  </EuiFormRow>
);

const draftsOf = (fields: readonly Field[], example: unknown): Readonly<Record<string, Draft>> => {
  const given = new Map(Object.entries(example ?? {}));
  return Object.fromEntries(fields.map((field) => [field.name, draftOf(field, given.get(field.name))]));
};

interface KindFormProps {
  readonly kind: Kind;
  /** What stands in it at first. */
  readonly example?: unknown;
  readonly name: string;
  readonly onName: (name: string) => void;
}

/** The form of one kind; another kind is another form. */
const KindForm = ({ kind, example, name, onName }: KindFormProps) => {
  const { api } = useServices();
  const tell = useTell();
  const secrets = useSecrets();
  const fields = useMemo(() => fieldsOf(kind.parameters), [kind]);
  const [drafts, setDrafts] = useState(() => draftsOf(fields, example));
  const [judged, setJudged] = useState<Judged>();
  const [more, setMore] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const check = useAction((parameters: Record<string, unknown>) =>
    api.call(checkConnector, { body: { name: name.trim(), kind: kind.kind, parameters } }),
  );
  const faults = judged?.faults ?? [];
  // To where the first of them is to be mended, once it is marked.
  useEffect(() => {
    if (judged !== undefined) form.current?.querySelector<HTMLElement>(WRONG)?.focus();
  }, [judged]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (check.pending) return;
    const { parameters, faults: typed } = parametersOf(fields, drafts);
    const answer = await check.run(parameters);
    if (answer === undefined) return;
    const all = [
      ...typed.map(({ path, what }) => ({ path, message: typedFaultWord(what) })),
      ...answer.faults
        .map(({ path, message }) => ({ path: placed(path), message }))
        .filter(({ path }) => typed.every((each) => each.path !== path)),
    ];
    setJudged({ faults: all, actions: answer.actions, parameters });
    if (all.length === 0) return tell(say('connector.form.good', 'nothing is wrong with it'));
    tell(
      say('connector.form.bad', 'it would not start: {count, plural, one {# fault} other {# faults}}', {
        count: all.length,
      }),
      'warn',
    );
  };
  const change = (of: string, draft: Draft): void => {
    setDrafts((before) => ({ ...before, [of]: draft }));
    // Lines of before would not be those of what is typed now.
    if (judged?.faults.length === 0) setJudged(undefined);
  };
  const optional = fields.filter(({ required }) => !required);
  // A fault is never out of sight.
  const isWhole =
    more || optional.some(({ name: each }) => faults.some(({ path }) => path === each || path.startsWith(`${each}.`)));
  const asked = (some: readonly Field[]) =>
    some.map((field) => (
      <FieldView
        key={field.name}
        field={field}
        draft={drafts[field.name]}
        path={field.name}
        faults={faults}
        secrets={secrets}
        onChange={(draft) => change(field.name, draft)}
      />
    ));
  return (
    <>
      <form ref={form} noValidate className="rfx-connector-form" onSubmit={(event) => void submit(event)}>
        <NameRow
          name={name}
          faults={faults.filter(({ path }) => path === ':name')}
          onChange={(changed) => {
            onName(changed);
            if (judged?.faults.length === 0) setJudged(undefined);
          }}
        />
        {asked(fields.filter(({ required }) => required))}
        {optional.length > 0 && (
          <EuiButtonEmpty
            size="s"
            flush="left"
            className="rfx-form-end"
            aria-expanded={isWhole}
            iconType={isWhole ? 'arrowDown' : 'arrowRight'}
            onClick={() => setMore(!isWhole)}
          >
            {say('connector.form.more', 'Optional parameters ({count})', { count: optional.length })}
          </EuiButtonEmpty>
        )}
        {isWhole && asked(optional)}
        {faults.length > 0 && <AllFaults faults={faults} />}
        {check.problem && (
          <ProblemCallout title={say('connector.form.unchecked', 'It was not checked')} problem={check.problem} />
        )}
        <p className="rfx-form-end">
          <EuiButton fill type="submit" isLoading={check.pending}>
            {say('connector.form.check', 'Check it')}
          </EuiButton>
        </p>
      </form>
      {judged !== undefined && judged.faults.length === 0 && (
        <Lines
          wanted={{ name: name.trim(), kind: kind.kind, parameters: judged.parameters }}
          schema={kind.parameters}
          actions={judged.actions}
        />
      )}
    </>
  );
};

interface ChosenProps {
  readonly kinds: readonly Kind[];
  readonly presets: readonly ConnectorPresetView[];
}

const PRESET = 'preset:';

const Chosen = ({ kinds, presets }: ChosenProps) => {
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const preset = presets.find((each) => `${PRESET}${each.name}` === chosen);
  const kind = kinds.find((each) => each.kind === (preset?.kind ?? chosen));
  return (
    <Section
      title={say('connector.new.what', 'What it is')}
      note={say('connector.new.note', 'nothing is kept here: what comes of it are lines for the settings')}
    >
      <div className="rfx-connector-form">
        <EuiFormRow
          fullWidth
          label={say('connector.kind', 'Kind')}
          helpText={say('connector.new.kind.help', 'the system that enforces')}
        >
          <EuiSelect
            fullWidth
            value={chosen}
            options={[
              { value: '', text: say('connector.new.choose', 'choose one') },
              ...kinds.map((each) => ({ value: each.kind, text: `${each.kind}: ${each.title}` })),
              ...presets.map((each) => ({
                value: `${PRESET}${each.name}`,
                text: say('connector.new.preset', 'preset: {title} (contract only)', { title: each.title }),
              })),
            ]}
            onChange={(event) => setChosen(event.target.value)}
          />
        </EuiFormRow>
        {preset !== undefined && <PresetNote preset={preset} />}
      </div>
      {kind !== undefined && (
        <KindForm key={chosen} kind={kind} example={preset?.example} name={name} onName={setName} />
      )}
    </Section>
  );
};

const NewConnector = () => {
  const { api } = useServices();
  const resource = useResource(
    useCallback(() => api.call(listConnectorKinds), [api]),
    [],
  );
  return (
    <Loaded resource={resource} what={say('connector.new.kinds', 'Kinds of connectors')}>
      {({ kinds, presets }) => <Chosen kinds={kinds} presets={presets} />}
    </Loaded>
  );
};

/** A connector that is to be: its kind, its parameters, what is wrong with them, and the lines that make it. */
export const NewConnectorPage = () => {
  const mayAdmin = useMay('admin');
  return (
    <PageFrame
      title={say('connectors.new', 'Configure a connector')}
      about={say('connector.new.about', 'connectors are made by the settings of each host, which this page writes out')}
      actions={<PageLink to={CONNECTORS}>{say('connector.back', 'All connectors')}</PageLink>}
    >
      {mayAdmin ? (
        <NewConnector />
      ) : (
        <EmptyNote iconType="lock" title={say('secrets.forbidden', 'You need the admin role')}>
          <p>{say('connector.new.forbidden', 'Checking a connector would tell which secrets there are.')}</p>
        </EmptyNote>
      )}
    </PageFrame>
  );
};
