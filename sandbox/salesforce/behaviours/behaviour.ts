/** One thing a client of Salesforce may rely on, and how far the sandbox does it. */
export interface Behaviour {
  /** What a reader looks for: `POST /services/oauth2/token, grant_type=password`, `SOQL: TYPEOF`. */
  readonly name: string;
  /** Requests it answers, `GET /sobjects/:type` below `/services/data/vNN.0`. */
  readonly calls?: readonly string[];
  readonly status:
    | 'simulated'
    /** What is not, follows in `missing`. */
    | 'partly'
    /** What the caller gets instead follows in `missing`: the error code. */
    | 'refused';
  /** What is left out, or the error a request gets. */
  readonly missing?: string;
  /**
   * Where the behaviour comes from: `docs` (Salesforce's documentation, with the page's name), `captured` (a real org's
   * answer), `client` (what a client's source code expects), `unverified`.
   */
  readonly evidence: string;
  /** The test that holds it, from the repository's root. */
  readonly test?: string;
}

/** A chapter of the truth table, `docs/sandbox.md`. */
export interface BehaviourChapter {
  readonly title: string;
  readonly behaviours: readonly Behaviour[];
}
