/** A schema registry that answers every request with the same text, status 200, whatever it is. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LyingRegistry extends AsyncDisposable {
  readonly url: string;
  answer: string;
  /** It begins to answer, and never comes to the end. */
  isEndless: boolean;
}

export async function lyingRegistry(answer: string): Promise<LyingRegistry> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (lying.isEndless) response.write(lying.answer);
    else response.end(lying.answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lying: LyingRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer,
    isEndless: false,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return lying;
}
