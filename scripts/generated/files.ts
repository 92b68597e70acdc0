import { protoText } from '../../server/adapters/protobuf/proto_text';
import { POLICY_SCHEMA } from '../../common/policy/policy_schema';
import { openApi } from '../../server/routes/openapi';
import { version } from '../../package.json';
import { policyReference } from './policy_reference';

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What is derived from the code and kept beside it for other programs: path from the root, and content. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['policies/schema/policy.schema.json', text(POLICY_SCHEMA)],
    ['docs/api/openapi.json', text(openApi(version))],
    ['docs/api/policy.md', policyReference()],
    ['common/proto/reflex/v1/event.proto', protoText()],
  ]);
