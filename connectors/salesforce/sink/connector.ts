import { closest } from 'fastest-levenshtein';
import {
  AppError,
  explain,
  type Config,
  type ConnectorContext,
  type Finding,
  type SinkConnector,
  type TaskConfig,
} from '../../../src/sdk/index.ts';
import { openSession } from '../auth/session.ts';
import { FIELDS, ID_FIELD, OBJECT, OPERATION } from './config.ts';
import { parseRules } from './mapping.ts';
import { describeTarget, type Target } from './target.ts';

export class SalesforceSinkConnector implements SinkConnector {
  readonly #config: Config;
  readonly #context: ConnectorContext;

  constructor(config: Config, context: ConnectorContext) {
    this.#config = config;
    this.#context = context;
  }

  /** Logs in, and holds the id field and the mapping against the object. */
  async check(): Promise<readonly Finding[]> {
    try {
      using session = await openSession(this.#config, this.#context);
      const target = await describeTarget(session.connection(), this.#config.string(OBJECT));
      return [...this.#idFindings(target), ...this.#fieldFindings(target)];
    } catch (error) {
      if (!(error instanceof AppError) || error.path === undefined) throw error;
      return [{ path: error.path, message: explain(error) }];
    }
  }

  plan(tasksMax: number): Promise<readonly TaskConfig[]> {
    return Promise.resolve(Array.from({ length: tasksMax }, () => ({})));
  }

  alterOffsets(): Promise<boolean> {
    return Promise.resolve(false);
  }

  #idFindings(target: Target): readonly Finding[] {
    const name = this.#config.string(ID_FIELD);
    const field = target.fields.get(name);
    if (field === undefined) return [{ path: ID_FIELD, message: missing(name, target) }];
    if (field.isId) return [];
    return [
      {
        path: ID_FIELD,
        message: `${name} of ${target.object} identifies no record: it must be an external id or Id.`,
      },
    ];
  }

  #fieldFindings(target: Target): readonly Finding[] {
    const rules = parseRules(this.#config.list(FIELDS));
    const idField = this.#config.string(ID_FIELD);
    const findings = rules.flatMap(({ target: name }) => {
      const field = target.fields.get(name);
      if (field === undefined) return [{ path: FIELDS, message: missing(name, target) }];
      if (field.writeable || name === idField) return [];
      return [{ path: FIELDS, message: `${name} of ${target.object} can't be written.` }];
    });
    const needsId = this.#config.string(OPERATION) !== 'insert' && rules.length > 0;
    if (needsId && !rules.some((rule) => rule.target === idField)) {
      findings.push({
        path: FIELDS,
        message: `fields has no rule for ${idField}, which finds the target. Add Id:${idField}.`,
      });
    }
    return findings;
  }
}

function missing(name: string, { object, fields }: Target): string {
  return `${object} has no field ${name}. Did you mean ${closest(name, [...fields.keys()])}?`;
}
