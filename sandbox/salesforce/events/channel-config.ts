/**
 * PlatformEventChannel and PlatformEventChannelMember: what an administrator configures with the Tooling or Metadata
 * API. The one interface for whoever serves those records; each writer throws SalesforceError.
 */
export interface ChannelConfig {
  channels(): readonly ChannelRecord[];
  /** By `fullName`, or an id of 15 or 18 characters. */
  channel(nameOrId: string): ChannelRecord | undefined;
  createChannel(spec: ChannelSpec): ChannelRecord;
  updateChannel(nameOrId: string, changes: Pick<ChannelSpec, 'label'>): ChannelRecord;
  /** Its members go with it; streams that read it end up without events. */
  deleteChannel(nameOrId: string): void;

  members(): readonly MemberRecord[];
  /** By `developerName`, or an id of 15 or 18 characters. */
  member(nameOrId: string): MemberRecord | undefined;
  createMember(spec: NewMember): MemberRecord;
  updateMember(nameOrId: string, changes: MemberChanges): MemberRecord;
  deleteMember(nameOrId: string): void;
}

export interface ChannelSpec {
  /** `Sales__chn`. */
  readonly fullName: string;
  /** `data` for change events, `event` for platform events. */
  readonly channelType: 'data' | 'event';
  readonly label: string;
}

export interface ChannelRecord extends ChannelSpec {
  /** 18 characters, `0YL…`. */
  readonly id: string;
}

export interface MemberSpec {
  /** The channel's `fullName`, or `ChangeEvents` for the standard one. */
  readonly eventChannel: string;
  /** The event: `AccountChangeEvent`, `Bike__ChangeEvent`, `Order_Event__e`. */
  readonly selectedEntity: string;
  readonly filterExpression: string | null;
  /** Fields of the object, up to 10: whole compounds, no long texts, no formulas. */
  readonly enrichedFields: readonly string[];
}

export type NewMember = Pick<MemberSpec, 'eventChannel' | 'selectedEntity'> & Partial<MemberSpec>;
export type MemberChanges = Partial<Pick<MemberSpec, 'filterExpression' | 'enrichedFields'>>;

export interface MemberRecord extends MemberSpec {
  /** 18 characters, `0v8…`. */
  readonly id: string;
  /** `Sales_chn_AccountChangeEvent`: the `FullName` too. */
  readonly developerName: string;
}

/** The standard channel, by the name that members give it. */
export const STANDARD_CHANNEL = 'ChangeEvents';
