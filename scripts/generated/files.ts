import { agentProtoText } from '../../server/connectors/grpc/agent_proto_text';
import { protoText } from '../../server/adapters/protobuf/proto_text';
import { HandOverDocument } from '../../common/api/hand_over_document';
import { OutcomeDocument } from '../../common/api/outcome_document';
import { jsonSchemaOf } from '../../common/codec/json_schema';
import { POLICY_SCHEMA } from '../../common/policy/policy_schema';
import { openApi } from '../../server/routes/openapi';
import { version } from '../../package.json';
import { namesAboveSuffixes } from './names_above_suffixes';
import { connectorReference } from './connector_reference';
import { policyReference } from './policy_reference';

/** What receivers of outcomes get. */
const outcomeSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What became of a report, as Reflex tells it',
  ...jsonSchemaOf(OutcomeDocument),
});

/** What ticket systems and chats get. */
const handOverSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'An act that waits for a person, as Reflex hands it over',
  ...jsonSchemaOf(HandOverDocument),
});

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What is derived from the code, or from what it uses, and kept beside it: path from the root, and content. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['policies/schema/policy.schema.json', text(POLICY_SCHEMA)],
    ['docs/api/outcome.schema.json', text(outcomeSchema())],
    ['docs/api/hand_over.schema.json', text(handOverSchema())],
    ['docs/api/openapi.json', text(openApi(version))],
    ['docs/api/policy.md', policyReference()],
    ['docs/api/connectors.md', connectorReference()],
    ['common/proto/reflex/v1/event.proto', protoText()],
    ['common/proto/reflex/agent/v1/agent.proto', agentProtoText()],
    ['server/engine/entity/names_above_suffixes.json', text(namesAboveSuffixes())],
  ]);
