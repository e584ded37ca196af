import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

// Plain names, not hashed ones: the server answers with an entity tag and asks for revalidation, and the committed
// bundle changes in place. Nothing is inlined as a data: address, so the content security policy stays strict.
export default defineConfig({
  base: './',
  plugins: [svelte()],
  worker: {
    format: 'es',
    rollupOptions: { output: { entryFileNames: ({ name }) => (name.startsWith('maplibre') ? 'assets/worker.js' : 'assets/[name].js') } },
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/page.js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/page[extname]',
      },
    },
  },
})
