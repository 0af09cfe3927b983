/** What may go wrong when a platform event is published; asked for each. */
export interface PublishTrouble {
  /** False where the hour's allocation is used up. */
  admits(): boolean;
  /** True where the event is stored twice, as by a publisher that retries. */
  repeats(): boolean;
  /** True where `store` will be called later, after the next event or after a while. */
  holds(store: () => void): boolean;
  /** An event was stored. */
  stored(): void;
}
