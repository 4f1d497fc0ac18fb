import { describe, expect, it } from 'vitest'
import { bytesOf, hexRows, textOf } from './hex'

describe('hex', () => {
  it('shows bytes and their signs', () => {
    const rows = hexRows(bytesOf(btoa('##0123QN=2024\r\n\x00\xffz')))
    expect(rows).toHaveLength(2)
    expect(rows[0]).toEqual({ at: '0000', hex: '23 23 30 31 32 33 51 4E  3D 32 30 32 34 0D 0A 00', text: '##0123QN=2024···' })
    expect(rows[1]!.at).toBe('0010')
    expect(rows[1]!.hex).toHaveLength(48)
    expect(rows[1]!.text).toBe('·z')
    expect(hexRows(new Uint8Array())).toEqual([])
  })
  it('reads text where it is text', () => {
    expect(textOf(new TextEncoder().encode('瓦斯 1,2\n'))).toBe('瓦斯 1,2\n')
    expect(textOf(Uint8Array.of(0xff, 0x41))).toBe('')
    expect(textOf(Uint8Array.of(0x41, 0x01))).toBe('')
  })
})
