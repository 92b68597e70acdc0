/** The OpenSearch node that Reflex starts by itself, as Maven names it. Holds all modules, no plugins, no JDK. */
export const NODE_RELEASE = {
  version: '3.5.0',
  groupId: 'org.opensearch.distribution.integ-test-zip',
  artifactId: 'opensearch',
  extension: 'zip',
  bytes: 193_764_775,
  sha512:
    'ca4c739cb0457de59df464f8f01eafb962ba140c41a649d29a2f5306cb59b436d76742a8e710c1493f3a68080e5f55fe5f9bf929cc3b0a6e04c6f87061a2e2a3',
} as const;

/** Name of the folder that the archive has everything in. */
export const NODE_FOLDER = `opensearch-${NODE_RELEASE.version}`;

export const NODE_FILE = `${NODE_FOLDER}.zip`;

/** OpenSearch 3 needs at least this Java. */
export const OLDEST_JAVA = 21;
