import { writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { secretsOf } from './secrets';

describe('the keystore', () => {
  const place = temporaryFolder();
  afterAll(place.remove);
  const file = join(place.folder, 'key');
  writeFileSync(file, 'from the file\n');

  it('reads the file that the settings name, without the line break at its end', () => {
    const secrets = secretsOf({ secrets: [{ name: 'edge', file }] }, { REFLEX_SECRET_EDGE: 'from the environment' });
    expect(secrets('edge')).toBe('from the file');
  });

  it('takes what no file is named for from the environment', () => {
    const secrets = secretsOf({ secrets: [] }, { REFLEX_SECRET_EDGE_FIREWALL: 'from the environment' });
    expect(secrets('edge-firewall')).toBe('from the environment');
    expect(secrets('other')).toBeUndefined();
  });

  it('has no secret whose file is not there, whatever the environment says', () => {
    const secrets = secretsOf(
      { secrets: [{ name: 'edge', file: join(place.folder, 'missing') }] },
      { REFLEX_SECRET_EDGE: 'from the environment' },
    );
    expect(secrets('edge')).toBeUndefined();
  });
});
