const FIRST = 50;
const LATEST = 67;
/** The year in which version 50.0, Winter '21, belongs. */
const FIRST_YEAR = 21;
const SEASONS = ['Winter', 'Spring', 'Summer'];

/** `67.0`. */
export const LATEST_VERSION = `${LATEST}.0`;

/** Every published version from 50.0, oldest first, as `/services/data` lists them. */
export const VERSIONS = Array.from({ length: LATEST - FIRST + 1 }, (_, i) => {
  const season = SEASONS[i % SEASONS.length] ?? '';
  const version = `${FIRST + i}.0`;
  return {
    label: `${season} '${FIRST_YEAR + Math.floor(i / SEASONS.length)}`,
    url: `/services/data/v${version}`,
    version,
  };
});

const KNOWN = new Map(VERSIONS.map(({ version }) => [`v${version}`, version]));

/** `v60.0` → `60.0`; undefined where it isn't published. */
export function readVersion(segment: string): string | undefined {
  return KNOWN.get(segment);
}
