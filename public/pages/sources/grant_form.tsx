import React from 'react';
import { EuiCheckbox } from '@elastic/eui';
import { RULE_STATUSES, SEVERITIES, type Severity } from '../../../common/flow/event';
import { SECURITY_DOMAINS } from '../../../common/flow/voice';
import { say } from '../../i18n';
import { Choice, TextField } from './form_fields';
import { GRANT_FIELDS, type GrantForm } from './grant_fields';

interface GrantFormProps {
  readonly form: GrantForm;
  readonly onChange: (form: GrantForm) => void;
  /** Tells the checkboxes of several forms on one page apart. */
  readonly name: string;
}

/** Words of the wire, that stand for themselves; `none` is what "" stands for. */
const words = <Value extends string>(values: readonly Value[], none = ''): ReadonlyArray<readonly [Value, string]> =>
  values.map((each) => [each, each === '' ? none : each]);

const Ratings = ({ form, onChange, name }: GrantFormProps) => {
  const { confidence, severity, tags } = form;
  return (
    <div className="rfx-mapping__row">
      <div>
        <EuiCheckbox
          id={`${name}-confidence`}
          label={say('grant.form.confidence', 'Its confidence counts')}
          checked={confidence.granted}
          onChange={({ target }) => onChange({ ...form, confidence: { ...confidence, granted: target.checked } })}
        />
        <TextField
          label={say('grant.form.confidence.most', 'Highest confidence that counts')}
          help={say('grant.form.unit', '0 to 1')}
          name={GRANT_FIELDS.confidence}
          disabled={!confidence.granted}
          value={confidence.most}
          onChange={(most) => onChange({ ...form, confidence: { ...confidence, most } })}
        />
      </div>
      <div>
        <EuiCheckbox
          id={`${name}-severity`}
          label={say('grant.form.severity', 'Its severity counts')}
          checked={severity.granted}
          onChange={({ target }) => onChange({ ...form, severity: { ...severity, granted: target.checked } })}
        />
        <Choice<Severity>
          label={say('grant.form.severity.most', 'Highest severity that counts')}
          disabled={!severity.granted}
          value={severity.most}
          options={words(SEVERITIES)}
          onChange={(most) => onChange({ ...form, severity: { ...severity, most } })}
        />
      </div>
      <div>
        <EuiCheckbox
          id={`${name}-tags`}
          label={say('grant.form.tags', 'Its tags count')}
          checked={tags.granted}
          onChange={({ target }) => onChange({ ...form, tags: { ...tags, granted: target.checked } })}
        />
        <TextField
          label={say('grant.form.tags.like', 'Tags that begin with')}
          help={say('grant.form.tags.help', 'with commas; * is any tag')}
          name={GRANT_FIELDS.tags}
          disabled={!tags.granted}
          value={tags.like}
          onChange={(like) => onChange({ ...form, tags: { ...tags, like } })}
        />
      </div>
    </div>
  );
};

const Rule = ({ form, onChange, name }: GrantFormProps) => {
  const { rule } = form;
  const set = (change: Partial<GrantForm['rule']>): void => onChange({ ...form, rule: { ...rule, ...change } });
  return (
    <fieldset className="rfx-fieldset">
      <legend>{say('grant.form.rule', 'What counts of its rule')}</legend>
      <EuiCheckbox
        id={`${name}-rule-id`}
        label={say('grant.form.rule.id', 'The id')}
        checked={rule.id}
        onChange={({ target }) => set({ id: target.checked })}
      />
      <EuiCheckbox
        id={`${name}-rule-name`}
        label={say('grant.form.rule.name', 'The name')}
        checked={rule.name}
        onChange={({ target }) => set({ name: target.checked })}
      />
      {RULE_STATUSES.map((status) => (
        <EuiCheckbox
          key={status}
          id={`${name}-rule-${status}`}
          label={say('grant.form.rule.status', 'The status “{status}”', { status })}
          checked={rule.status.includes(status)}
          onChange={({ target }) =>
            set({
              status: RULE_STATUSES.filter((each) => (each === status ? target.checked : rule.status.includes(each))),
            })
          }
        />
      ))}
      <TextField
        label={say('grant.form.rule.origin', 'Origins that it may name')}
        help={say('grant.form.rule.origin.help', 'with commas, such as known_ioc; * is any; empty is none')}
        value={rule.origin}
        onChange={(origin) => set({ origin })}
      />
    </fieldset>
  );
};

const Others = ({ form, onChange }: GrantFormProps) => {
  const { floor } = form;
  return (
    <div className="rfx-mapping__row">
      <Choice
        label={say('grant.domain', 'Security domain')}
        value={form.domain}
        options={words<GrantForm['domain']>(['', ...SECURITY_DOMAINS], say('grant.form.domain.none', 'none'))}
        onChange={(domain) => onChange({ ...form, domain })}
      />
      <TextField
        label={say('grant.form.floor.confidence', 'Confidence of a claim counts as at most')}
        name={GRANT_FIELDS.floor}
        placeholder="0.5"
        value={floor.confidence}
        onChange={(confidence) => onChange({ ...form, floor: { ...floor, confidence } })}
      />
      <Choice<Severity | ''>
        label={say('grant.form.floor.severity', 'Severity of a claim counts as at most')}
        value={floor.severity}
        options={words(['', ...SEVERITIES.filter((each) => each !== 'medium')], 'medium')}
        onChange={(severity) => onChange({ ...form, floor: { ...floor, severity } })}
      />
      <TextField
        label={say('grant.form.detections', 'Indices whose documents may speak')}
        help={say(
          'grant.form.detections.help',
          'with commas; only indices that nobody but your detection engine writes: whoever can write there can order acts',
        )}
        value={form.detections}
        onChange={(detections) => onChange({ ...form, detections })}
      />
    </div>
  );
};

/** What a source may say, to be chosen field by field. */
export const GrantFormFields = (props: GrantFormProps) => (
  <div className="rfx-mapping">
    <Ratings {...props} />
    <Rule {...props} />
    <Others {...props} />
  </div>
);
