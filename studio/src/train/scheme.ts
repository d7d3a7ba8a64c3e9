/** Whether the page is light or dark, for what is drawn by hand. */
import { useEffect, useState } from 'preact/hooks'

export function useScheme(): 'light' | 'dark' {
  const query = '(prefers-color-scheme: dark)'
  const [isDark, setDark] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const follow = () => setDark(list.matches)
    list.addEventListener('change', follow)
    return () => list.removeEventListener('change', follow)
  }, [])
  return isDark ? 'dark' : 'light'
}
