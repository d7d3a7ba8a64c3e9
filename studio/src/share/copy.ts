/** What goes to the clipboard and to files. */

/** Copies a text; where the browser lets no page do so, selects it in its field instead. */
export async function copyText(
  text: string,
  field: HTMLInputElement | HTMLTextAreaElement | null,
): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'Copied.'
  } catch {
    if (!field) return 'This browser lets no page copy: download it instead.'
    field.focus()
    field.select()
    return 'Selected: press Ctrl or ⌘ and C to copy.'
  }
}

export async function copyImage(png: Blob): Promise<string> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
    return 'Copied.'
  } catch {
    return 'This browser lets no page copy images: download it instead.'
  }
}

export function download(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
