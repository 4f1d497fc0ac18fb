import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { budget } from './scripts/budget.mjs'
import { licences } from './scripts/licences.mjs'

// The page is embedded in the binary, works below any path of a portal, and
// runs in the browsers that mines have: Chrome 109 is the last on Windows 7.
export default defineConfig({
  base: './',
  plugins: [vue(), licences(), budget()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  build: {
    outDir: '../ui/dist',
    emptyOutDir: true,
    target: ['chrome105', 'edge105', 'firefox115', 'safari16'],
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
    // What several boards share comes in one file beside Vue's own: many small ones
    // wait for each other. The charts and the workbook's writer are fetched when they are needed.
    rolldownOptions: {
      output: { codeSplitting: { groups: [
        { name: 'vue', test: /node_modules\/(@?vue|vue-|@intlify)/ },
        { name: 'parts', test: /\/web\/src\/(components|lib|options|i18n\/index)|icons-vue/, minShareCount: 2 },
      ] } },
    },
  },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8080', '/session': 'http://127.0.0.1:8080', '/first-start': 'http://127.0.0.1:8080', '/oidc': 'http://127.0.0.1:8080' } },
})
