/** A file of a Maven repository, as Maven names it. */
export interface Artifact {
  readonly version: string;
  readonly groupId: string;
  readonly artifactId: string;
  readonly extension: string;
  readonly bytes: number;
  readonly sha512: string;
}

/** The OpenSearch node that Reflex starts by itself. Holds all modules, no plugins, no JDK. */
export const NODE_RELEASE: Artifact = {
  version: '3.5.0',
  groupId: 'org.opensearch.distribution.integ-test-zip',
  artifactId: 'opensearch',
  extension: 'zip',
  bytes: 193_764_775,
  sha512:
    'ca4c739cb0457de59df464f8f01eafb962ba140c41a649d29a2f5306cb59b436d76742a8e710c1493f3a68080e5f55fe5f9bf929cc3b0a6e04c6f87061a2e2a3',
};

/** The node of `--secure`: of the one version for which the security plugin is published. */
export const SECURE_NODE_RELEASE: Artifact = {
  ...NODE_RELEASE,
  version: '3.4.0',
  bytes: 133_384_684,
  sha512:
    '18cb16a9d251f8e915fbc0ab64b53d2f1ee9299829673c7357446041ae42fe2094ab16c899edd944bd39aa49ed3aae799b1ff04084a1220d6c6676734a392117',
};

export const SECURITY_PLUGIN: Artifact = {
  version: '3.4.0.0',
  groupId: 'org.opensearch.plugin',
  artifactId: 'opensearch-security',
  extension: 'zip',
  bytes: 49_263_978,
  sha512:
    'aad7c7fb11d17fe6866d93b05a2d3eb581d43c29bd4455371943efe5cfe2f6b0c6003597e45e2dd8b676fe4f88d677e24b055207ab5d6cfc7bb57a45a608b09a',
};

/** Such as `opensearch-3.5.0`: name of the folder that the node's archive has everything in. */
export const nameOf = ({ artifactId, version }: Artifact): string => `${artifactId}-${version}`;

export const fileOf = (artifact: Artifact): string => `${nameOf(artifact)}.${artifact.extension}`;

/** OpenSearch 3 needs at least this Java. */
export const OLDEST_JAVA = 21;
