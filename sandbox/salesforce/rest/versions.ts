const FIRST = 50;
const LATEST = 67;
/** The year in which version 50.0, Winter '21, belongs. */
const FIRST_YEAR = 21;
const SEASONS = ['Winter', 'Spring', 'Summer'];

/** `67.0`. */
export const LATEST_VERSION = `${LATEST}.0`;

interface Version {
  /** `Winter '21`. */
  readonly label: string;
  readonly url: string;
  /** `50.0`. */
  readonly version: string;
}

/** The published versions, from 50.0 on; a release of Salesforce adds one. */
export class Versions {
  static readonly #byOrg = new WeakMap<object, Versions>();
  #list = Array.from({ length: LATEST - FIRST + 1 }, (_, i) => versionOf(i));

  /** Of an org, which a release comes to by itself. */
  static of(org: object): Versions {
    const known = Versions.#byOrg.get(org) ?? new Versions();
    Versions.#byOrg.set(org, known);
    return known;
  }

  /** Oldest first, as `/services/data` lists them. */
  get list(): readonly Version[] {
    return this.#list;
  }

  /** `67.0`. */
  get latest(): string {
    return this.#list.at(-1)?.version ?? LATEST_VERSION;
  }

  /** `v60.0` → `60.0`; undefined where it isn't published. */
  read(segment: string): string | undefined {
    return this.#list.find(({ version }) => `v${version}` === segment)?.version;
  }

  publishNext(): void {
    this.#list = [...this.#list, versionOf(this.#list.length)];
  }
}

/** Of so many releases after the first. */
function versionOf(i: number): Version {
  const season = SEASONS[i % SEASONS.length] ?? '';
  const version = `${FIRST + i}.0`;
  return {
    label: `${season} '${FIRST_YEAR + Math.floor(i / SEASONS.length)}`,
    url: `/services/data/v${version}`,
    version,
  };
}
