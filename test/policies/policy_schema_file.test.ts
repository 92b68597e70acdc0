import { readFileSync } from 'fs';
import { join } from 'path';
import { POLICY_SCHEMA } from '../../common/policy/policy_schema';

const FILE = join(__dirname, '../../policies/schema/policy.schema.json');

describe('the schema file for editors', () => {
  it('says what the engine checks', () => {
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(JSON.stringify(POLICY_SCHEMA)));
  });
});
