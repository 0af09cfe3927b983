export type StackKind = 'external' | 'docker' | 'jvm';

/** What a client needs, and what `--json` prints. */
export interface StackAddresses {
  /** Comma-separated `host:port`. */
  readonly kafkaBrokers: string;
  /** With its path, e.g. `http://127.0.0.1:8081/apis/ccompat/v7`. */
  readonly schemaRegistryUrl: string;
  readonly kind: StackKind;
}

export interface StackOptions {
  /** Data, logs and state of the stack. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** false: local JVMs, though a Docker daemon may answer. */
  readonly docker?: boolean | undefined;
  /** A sentence for each step that takes long. */
  readonly onProgress: (text: string) => void;
}

/** Which parts the environment names: those aren't started, stopped or purged here. */
export interface External {
  readonly kafkaBrokers: string | undefined;
  readonly schemaRegistryUrl: string | undefined;
}

export function externalParts(env: StackOptions['env']): External {
  const value = (name: string): string | undefined => env[name]?.trim() || undefined;
  return {
    kafkaBrokers: value('KAFKA_BROKERS'),
    schemaRegistryUrl: value('SCHEMA_REGISTRY_URL'),
  };
}
