// Asks the reading worker for map.json.
import type { Read } from './columns'
import type { Answer } from './reader'

/** Each reading has its own worker, which ends with it and gives its memory back. */
export function ask(address: string): Promise<Read> {
  const worker = new Worker(new URL('./reader.ts', import.meta.url), { type: 'module' })
  return new Promise<Read>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => ('read' in data ? resolve(data.read) : reject(new Error(data.failed)))
    worker.onerror = (event) => reject(new Error(event.message || 'the reading worker did not start'))
    worker.postMessage(new URL(address, document.baseURI).href)
  }).finally(() => worker.terminate())
}
