declare module 'mvn-artifact-url' {
  interface Artifact {
    readonly groupId: string;
    readonly artifactId: string;
    readonly version: string;
    readonly extension?: string;
  }
  /** @param basePath ends with a slash; default: the central repository */
  const artifactUrl: (artifact: Artifact, basePath?: string) => Promise<string>;
  export default artifactUrl;
}
