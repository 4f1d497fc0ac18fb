// Before the first paint: the theme that was chosen, and a word to browsers
// that cannot run what follows.
(function () {
  var root = document.documentElement
  try {
    var theme = localStorage.getItem('theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
    root.dataset.theme = theme
    root.classList.toggle('dark', theme !== 'light')
    root.lang = localStorage.getItem('lang') === 'en' ? 'en' : 'zh-CN'
  } catch (e) { /* no storage: the light theme, Chinese */ }
  if (!window.CSS || !CSS.supports('container-type', 'inline-size')) {
    document.addEventListener('DOMContentLoaded', function () {
      document.body.textContent = '浏览器版本过低,请升级到 Chrome 105、Firefox 115 或更新版本。 This browser is too old: Chrome 105, Firefox 115 or newer is needed.'
    })
  }
})()
