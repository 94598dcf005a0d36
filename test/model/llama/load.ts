/**
 * `node load.ts FILE…`: asks llama.cpp, in the binary of node-llama-cpp, whether it loads each file as a model, its vocabulary only:
 * metadata, tensor infos and the bounds of the tensors' data are then read as for any run, by llama.cpp's own reader and without
 * node-llama-cpp's. Prints a line for each: `true FILE` or `false FILE`.
 */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

interface NativeModel {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
}
interface Native {
  AddonModel: new (path: string, options: object) => NativeModel;
}

const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.disabled });
const native = Reflect.get(llama, '_bindings') as Native;
for (const file of process.argv.slice(2)) {
  const model = new native.AddonModel(file, { vocabOnly: true, gpuLayers: 0, useMmap: false, addonExports: native });
  // llama.cpp's refusals are false; what it throws is one as well
  const loads = await model.init().catch(() => false);
  process.stdout.write(`${loads} ${file}\n`);
  if (loads) await model.dispose();
}
process.exit(0);
