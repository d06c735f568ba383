import adapter from '@sveltejs/adapter-static'
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    // `npm start` makes a site for each kind of lake.
    adapter: adapter({ pages: process.env.RACKRATE_SITE ?? 'build', fallback: '404.html' }),
    // Hashes cover the one inline script with which a prerendered page starts. Nothing else is inline, no other host is asked.
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        // For the engine, where a browser gives its worker the policy of the page (Chromium does not).
        'script-src': ['self', 'wasm-unsafe-eval'],
        // The hash is of the style attribute of the live region in which SvelteKit announces navigation to screen readers.
        'style-src': ['self', 'unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
        'worker-src': ['self'],
        'connect-src': ['self'],
        // blob: is a chart on its way to a PNG; only our own script can make such an address.
        'img-src': ['self', 'blob:'],
        'object-src': ['none'],
        'base-uri': ['self'],
        'form-action': ['self']
      }
    }
  }
}
