import React from 'react';
import type { SourceView } from '../../../common/api/routes';
import { SEVERITIES } from '../../../common/flow/event';
import { MAPPED_TEXTS } from '../../../common/api/source_mapping';
import { say } from '../../i18n';
import { Choice, TextField } from './form_fields';
import { builtIn, fieldWord, type MappingForm } from './mapping_fields';

interface MappingEditorProps {
  readonly form: MappingForm;
  readonly level: SourceView['level'];
  readonly disabled: boolean;
  readonly onChange: (form: MappingForm) => void;
}

const places = (): string => say('mapping.places', 'places, in order');

const ConfidenceFields = ({ form, disabled, onChange }: MappingEditorProps) => {
  const { confidence } = form;
  const set = (change: Partial<MappingForm['confidence']>): void =>
    onChange({ ...form, confidence: { ...confidence, ...change } });
  return (
    <div className="rfx-mapping__row">
      <TextField
        label={say('mapping.confidence.from', 'Confidence, from')}
        value={confidence.from}
        placeholder={say('mapping.confidence.built_in', "the rule's status, else 0.5, uncalibrated")}
        disabled={disabled}
        help={places()}
        onChange={(from) => set({ from })}
      />
      <Choice
        label={say('mapping.scale.confidence', 'Scale of the confidence')}
        value={confidence.scale}
        disabled={disabled}
        options={[
          ['unit', say('mapping.scale.unit', '0 to 1')],
          ['ten', say('mapping.scale.ten', '0 to 10')],
          ['hundred', say('mapping.scale.hundred', '0 to 100')],
        ]}
        onChange={(scale) => set({ scale })}
      />
      <TextField
        label={say('mapping.confidence.fixed', 'Confidence, if nothing is found')}
        value={confidence.fixed}
        placeholder="0.7"
        disabled={disabled}
        help={say('mapping.confidence.fixed.help', 'what the author of the detection vouches for, 0 to 1')}
        onChange={(fixed) => set({ fixed })}
      />
    </div>
  );
};

const SeverityFields = ({ form, disabled, onChange }: MappingEditorProps) => {
  const { severity } = form;
  const set = (change: Partial<MappingForm['severity']>): void =>
    onChange({ ...form, severity: { ...severity, ...change } });
  return (
    <div className="rfx-mapping__row">
      <TextField
        label={say('mapping.severity.from', 'Severity, from')}
        value={severity.from}
        placeholder="trigger.severity"
        disabled={disabled}
        help={places()}
        onChange={(from) => set({ from })}
      />
      <Choice
        label={say('mapping.scale.severity', 'Scale of the severity')}
        value={severity.scale}
        disabled={disabled}
        options={[
          ['alerting', say('mapping.scale.alerting', '1 (worst) to 5')],
          ['ten', say('mapping.scale.ten', '0 to 10')],
          ['hundred', say('mapping.scale.hundred', '0 to 100')],
        ]}
        onChange={(scale) => set({ scale })}
      />
      <Choice
        label={say('mapping.severity.fixed', 'Severity, if nothing is found')}
        value={severity.fixed}
        disabled={disabled}
        options={[
          ['', say('mapping.severity.trigger', "the trigger's")],
          ...SEVERITIES.map((each) => [each, each] as const),
        ]}
        onChange={(fixed) => set({ fixed })}
      />
    </div>
  );
};

/** The fields of a mapping. What is left empty is read as ECS says. */
export const MappingEditor = (props: MappingEditorProps) => {
  const { form, level, disabled, onChange } = props;
  return (
    <div className="rfx-mapping">
      <ConfidenceFields {...props} />
      <SeverityFields {...props} />
      <div className="rfx-mapping__row">
        {MAPPED_TEXTS.map((name) => (
          <TextField
            key={name}
            label={fieldWord(name)}
            value={form.texts[name]}
            placeholder={builtIn(name)}
            disabled={disabled}
            onChange={(text) => onChange({ ...form, texts: { ...form.texts, [name]: text } })}
          />
        ))}
        {level === 'query' && (
          <TextField
            label={say('mapping.entity', 'Field that names the entity')}
            value={form.entityField}
            placeholder="source.ip"
            disabled={disabled}
            help={say('mapping.entity.help', 'without it, events of this monitor escalate as target unknown')}
            onChange={(entityField) => onChange({ ...form, entityField })}
          />
        )}
      </div>
    </div>
  );
};
