// The worker that fetches and reads map.json, so that the page answers its keys while a hundred thousand incidents come in.
import { buffers, read, type Read } from './columns'

export type Answer = { read: Read } | { failed: string }

async function answer(address: string): Promise<void> {
  const given = await fetch(address, { cache: 'no-cache' })
  if (!given.ok) throw new Error(`case/map.json: ${given.status} ${given.statusText}`)
  const done = read(new Uint8Array(await given.arrayBuffer()))
  postMessage({ read: done } satisfies Answer, { transfer: buffers(done.columns) })
}

addEventListener('message', ({ data }: MessageEvent<string>) => {
  answer(data).catch((error: unknown) => postMessage({ failed: String(error) } satisfies Answer))
})
