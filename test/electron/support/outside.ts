import { createServer } from 'node:net';

export interface Outside {
  url: string;
  /** Connections that reached it: 0 means that nothing left the window. */
  hits(): number;
  end(): Promise<void>;
}

/** A listener that stands for everything outside the wizard: on loopback, the one address that a careless rule would allow. */
export async function listenOutside(): Promise<Outside> {
  let hits = 0;
  const server = createServer((socket) => {
    hits += 1;
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      const body = '<!doctype html><title>outside</title>';
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Disposition: inline\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    hits: () => hits,
    end: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
