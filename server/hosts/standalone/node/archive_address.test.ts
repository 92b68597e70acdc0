import { archiveAddress, mirrorIn } from './archive_address';
import { NODE_RELEASE } from './release';

const mirror = (of: string, url: string): string =>
  `<mirror><id>a</id><mirrorOf>${of}</mirrorOf><url>${url}</url></mirror>`;

describe('the mirror in Maven settings', () => {
  it.each([
    ['*', 'https://mirror.example/maven'],
    ['central,other', 'https://mirror.example/maven'],
    ['repositoryId', undefined],
  ])('that stands in for `%s` is %s', (of, url) => {
    expect(mirrorIn(`<settings>${mirror(of, 'https://mirror.example/maven')}</settings>`)).toBe(url);
  });

  it('is not one that is commented out', () => {
    expect(mirrorIn(`<!-- ${mirror('*', 'https://mirror.example')} -->`)).toBeUndefined();
  });
});

describe('the address of the archive', () => {
  it('is at the mirror that the environment names', async () => {
    expect(await archiveAddress(NODE_RELEASE, { MAVEN_REPOSITORY: 'https://mirror.example/maven/' })).toBe(
      'https://mirror.example/maven/org/opensearch/distribution/integ-test-zip/opensearch/3.5.0/opensearch-3.5.0.zip',
    );
  });
});
