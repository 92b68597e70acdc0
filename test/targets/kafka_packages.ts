import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { installWithoutStarting } from './debian_packages';
import { askedOnce, outputOf, whyNotProvided, works } from './programs';

/*
 * Apache Kafka from Maven's central repository by Maven itself, its jars copied into a cache folder. Maven and a Java
 * runtime are the distribution's own and installed when missing.
 */

const VERSION = '4.1.0';
const ARTIFACT = `kafka_2.13`;
const JARS_AT_LEAST = 40;

/** What is needed to run a broker and its tools. */
interface KafkaPrograms {
  readonly java: string;
  readonly classPath: string;
}

const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>reflex.test</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>${ARTIFACT}</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>
`;

/** Copies beside their place and moves them there in one step, so that a broken run leaves nothing half. */
const fetchJars = (place: string): void => {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'maven-'));
  try {
    writeFileSync(join(work, 'pom.xml'), POM);
    const jars = join(work, 'jars');
    outputOf(
      'mvn',
      ['-B', '-q', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`, '-DincludeScope=runtime'],
      { cwd: work, timeoutMs: 600_000 },
    );
    if (readdirSync(jars).length < JARS_AT_LEAST) throw new Error('Maven copied too few jars');
    if (!existsSync(place)) renameSync(jars, place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const place = (): string => join(cacheFolder(), `kafka-${VERSION}`);

const provide = (): void => {
  const missing = [
    ...(works('java', ['-version']) ? [] : ['default-jre-headless']),
    ...(existsSync(place()) || works('mvn', ['-v']) ? [] : ['maven']),
  ];
  if (missing.length > 0) installWithoutStarting(missing);
  if (!existsSync(place())) fetchJars(place());
};

/** Why Kafka cannot be tested on this machine, or undefined if it can. Fetches what is missing the first time. */
export const whyNotKafka = askedOnce(() => whyNotProvided(provide));

/** Only after `whyNotKafka` found no reason. */
export const kafkaPrograms = (): KafkaPrograms => ({ java: 'java', classPath: join(place(), '*') });
