import type { EngineMessage } from './message-stream.ts';

interface Layer {
  total: number;
  downloaded: number;
  extracted: number;
  finished: boolean;
}

/**
 * Adds up a pull's progress in bytes. A layer counts half when it is downloaded and half when it is extracted, since on a
 * local registry unpacking takes most of the time. Both numbers may grow while the engine discovers layers' sizes.
 */
export function pullProgress(): { take(message: EngineMessage): { done: number; total: number } } {
  const layers = new Map<string, Layer>();
  return {
    take(message) {
      if (message.id !== undefined) update(layers, message.id, message);
      let done = 0;
      let total = 0;
      for (const layer of layers.values()) {
        total += layer.total;
        done += layer.finished ? layer.total : (layer.downloaded + layer.extracted) / 2;
      }
      return { done: Math.floor(done), total };
    },
  };
}

/** The status words are moby's (distribution/pull_v2.go, distribution/xfer/download.go). */
function update(layers: Map<string, Layer>, id: string, message: EngineMessage): void {
  const layer = layers.get(id) ?? { total: 0, downloaded: 0, extracted: 0, finished: false };
  const { current = 0, total = 0 } = message.progressDetail ?? {};
  if (total > 0) layer.total = Math.max(layer.total, total);
  const within = Math.min(current, layer.total);
  switch (message.status) {
    case 'Downloading':
      layer.downloaded = Math.max(layer.downloaded, within);
      break;
    case 'Download complete':
      layer.downloaded = layer.total;
      break;
    case 'Extracting':
      layer.downloaded = layer.total;
      layer.extracted = Math.max(layer.extracted, within);
      break;
    case 'Pull complete':
    case 'Already exists':
      layer.finished = true;
      break;
  }
  layers.set(id, layer);
}
