/** Channels of events that a project has: what they carry, filtered and enriched. */
import { basename } from 'node:path';
import type { ChannelConfig } from '../events/channel-config.ts';
import { SalesforceError } from '../org/types.ts';
import { findProjectFiles } from './project-files.ts';
import { readXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** Gives a sentence for each that the org refuses. */
export async function loadEventChannels(config: ChannelConfig, project: string): Promise<string[]> {
  const { channelFiles, channelMemberFiles } = await findProjectFiles(project);
  const warnings: string[] = [];
  const add = async (
    file: string,
    root: string,
    create: (element: XmlElement) => void,
  ): Promise<void> => {
    const element = await readXml(file, root);
    try {
      create(element);
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      warnings.push(`${file}: ${error.message.replace(/\.$/, '')}, so it is left out.`);
    }
  };
  for (const file of channelFiles) {
    await add(file, 'PlatformEventChannel', (element) => createChannel(config, file, element));
  }
  for (const file of channelMemberFiles) {
    await add(file, 'PlatformEventChannelMember', (element) => createMember(config, element));
  }
  return warnings;
}

function createChannel(config: ChannelConfig, file: string, element: XmlElement): void {
  const fullName = basename(file).split('.')[0] ?? '';
  config.createChannel({
    fullName,
    channelType: element.text('channelType') === 'event' ? 'event' : 'data',
    label: element.text('label') ?? fullName,
  });
}

function createMember(config: ChannelConfig, element: XmlElement): void {
  config.createMember({
    eventChannel: element.text('eventChannel') ?? '',
    selectedEntity: element.text('selectedEntity') ?? '',
    filterExpression: element.text('filterExpression') ?? null,
    enrichedFields: element.children('enrichedFields').map((each) => each.text('name') ?? ''),
  });
}
